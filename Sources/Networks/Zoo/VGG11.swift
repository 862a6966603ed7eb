extension Network {
  package static let vgg11 = Network(
    "vgg11", summary: "configuration A, the VGG of the first published tables", citation: vggPaper
  ) { net in
    net.vggStages([VGGStage(64, 1), VGGStage(128, 1), VGGStage(256, 2), VGGStage(512, 2), VGGStage(512, 2)])
    net.classifier(units: 4096)
  }
}
