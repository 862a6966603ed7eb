import Convolution

/// The layers that one operation computes, and how its time divides among them.
package struct Laps {
  let layers: [String]
  let stages: StageLaps

  init(_ layers: [String]) {
    self.layers = layers
    stages = StageLaps(stages: layers.count)
  }
}
