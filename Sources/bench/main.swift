import Foundation

leave(bench(Array(CommandLine.arguments.dropFirst()), on: .standard()))
