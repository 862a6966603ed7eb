/// Whether this module, and so the others that share its flags, was compiled with optimisation: an assertion is
/// evaluated only where it was not.
public func kernelsAreOptimised() -> Bool {
  var optimised = true
  assert(
    {
      optimised = false
      return true
    }())
  return optimised
}
