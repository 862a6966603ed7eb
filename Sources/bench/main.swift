import Foundation

exit(bench(Array(CommandLine.arguments.dropFirst()), on: .standard()))
