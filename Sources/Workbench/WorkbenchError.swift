/// The sentence about something that was asked for and does not exist.
public struct WorkbenchError: Error, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
