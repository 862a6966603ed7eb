/// The models that ship with the suite.
package enum Zoo {
  /// Every model, in the order of `bench list`. Command line, tests and reports take theirs from here.
  package static let all: [Network] = [
    .alexnet, .alexnetOneWeirdTrick, .vgg16, .vgg16Tutorial, .mobilenetV2, .mobilenetV2Tutorial,
    .cifar10Tutorial, .leNet5, .vgg16CIFAR10, .overfeat, .vgg11, .googLeNet, .resNet18, .resNet50,
  ]

  package static func named(_ name: String) -> Network? { all.first { $0.name == name } }
}
