import ArgumentParser
import Measurement

/// How long what runs may go on after a request to stop. Few need it, so the help leaves it out and the article about
/// exit codes has it.
struct GraceOption: ParsableArguments {
  @Option(
    name: .customLong("grace"),
    help: ArgumentHelp(
      "After Ctrl-C or SIGTERM, wait so long for the step that runs, and longer where steps are longer, then end with "
        + "what was measured.", valueName: "seconds", visibility: .hidden))
  var seconds = Watchdog.usualGrace

  func validate() throws { try checkMaxTime(seconds, "--grace") }
}
