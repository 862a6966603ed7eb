import Glibc

/// Runs `body` with nothing written to standard error. A library that prints there would disturb the lines of a run.
func withQuietErrors<Value>(_ body: () -> Value) -> Value {
  let (saved, nowhere) = (dup(STDERR_FILENO), open("/dev/null", O_WRONLY | O_CLOEXEC))
  defer { for file in [saved, nowhere] where file >= 0 { close(file) } }
  guard saved >= 0, nowhere >= 0 else { return body() }
  dup2(nowhere, STDERR_FILENO)
  defer { dup2(saved, STDERR_FILENO) }
  return body()
}
