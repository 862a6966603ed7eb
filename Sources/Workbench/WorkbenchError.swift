/// What is asked for and not there.
public struct WorkbenchError: Error, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
