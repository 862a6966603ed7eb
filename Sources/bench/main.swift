import Foundation
import Terms

// The arguments as they were given: those of Swift have lost what is no UTF-8, and with it the paths.
let arguments = (1..<max(Int(CommandLine.argc), 1)).compactMap { index in
  CommandLine.unsafeArgv[index].map {
    RawText.text(UnsafeBufferPointer(start: $0, count: strlen($0)).map { UInt8(bitPattern: $0) })
  }
}
leave(bench(arguments, on: .standard()))
