import Convolution
import Networks
import Tensors
import Terms
import Testing

/// What a program says that it will need, and where its tensors come to lie.
@Suite struct ProgramMemoryTests {
  @Test(arguments: Zoo.all.map(\.name), Pass.allCases)
  func tensorsInUseTogetherNeverOverlap(_ model: String, _ pass: Pass) throws {
    let layers = try #require(Zoo.named(model)).narrowLayers()
    for (backend, caches) in backendNames.flatMap({ [($0, CacheSizes.current), ($0, .tiny)] }) {
      let program = try Program.ready(layers, pass, batch: 2, backend: backend, in: context(), caches: caches)
      let uses = Uses(program)
      let tensors = uses.tensors.sorted { $0.floats < $1.floats }
      for (index, tensor) in tensors.enumerated() {
        // Sorted by address: those behind the first that begins after the end do not reach into it.
        for other in tensors[(index + 1)...].prefix(while: { uses.start($0) < uses.end(tensor) }) {
          #expect(
            !uses.lifetime(tensor).overlaps(uses.lifetime(other)),
            "\(model) \(pass.rawValue), \(backend): \(tensor.name) and \(other.name) share memory")
        }
      }
    }
  }

  @Test(arguments: Zoo.all.map(\.name), Pass.allCases)
  func forecastIsWhatIsAllocated(_ model: String, _ pass: Pass) throws {
    let layers = try #require(Zoo.named(model)).narrowLayers()
    for backend in backendNames {
      let program = try Program.ready(layers, pass, batch: 2, backend: backend, in: context())
      let uses = Uses(program)
      let start = uses.tensors.map(uses.start).min()!
      let end = uses.tensors.map(uses.end).max()!
      #expect(end - start == program.memory.totalBytes, "\(model) \(pass.rawValue), \(backend)")
      #expect(program.memory.totalBytes == program.memory.persistentBytes + program.memory.transientBytes)
      #expect(program.memory.workspaceBytes <= program.memory.transientBytes)
      #expect(start.isMultiple(of: Memory.alignment))
      #expect(uses.tensors.allSatisfy { uses.start($0).isMultiple(of: 64) }, "\(model) \(pass.rawValue), \(backend)")
    }
  }

  @Test func makingAProgramAllocatesNothing() throws {
    // Nearly 4 TiB: allocating this would be refused.
    let layers = try Network.vgg16.layers()
    let program = try Program(layers, pass: .train, batch: 65536, choice: BackendChoice("naive"), in: context())
    #expect(program.memory.totalBytes > 1 << 41)
  }

  /// VGG16 with gradients, on the back end that is chosen by default.
  @Test(arguments: [(16, 2.5), (128, 10)] as [(Int, Double)])
  func trainingFitsIntoMemory(_ batch: Int, _ gibibytes: Double) throws {
    let program = try Program(
      Network.vgg16.layers(), pass: .forwardBackward, batch: batch, choice: BackendChoice(BackendChoice.automatic),
      in: context())
    #expect(program.memory.totalBytes < Int(gibibytes * 0x1p30), "\(program.memory.totalBytes)")
    #expect(program.memory.workspaceBytes < 256 << 20, "\(program.memory.workspaceBytes)")
  }

  @Test func persistentBytesAreAtLeastTheParameters() throws {
    let layers = try Network.alexnet.narrowLayers()
    let bytes = 4 * layers.parameterCount
    func persistent(_ pass: Pass) throws -> Int {
      try Program(layers, pass: pass, batch: 1, choice: BackendChoice("naive"), in: context()).memory.persistentBytes
    }
    #expect(try persistent(.forward) >= bytes)
    // Gradients, and momentum on top.
    #expect((2 * bytes..<3 * bytes).contains(try persistent(.forwardBackward)))
    #expect((3 * bytes..<4 * bytes).contains(try persistent(.train)))
  }

  @Test func forwardPassKeepsNoMoreThanTwoLayers() throws {
    let program = try Program(
      Network.vgg16.layers(), pass: .forward, batch: 1, choice: BackendChoice("naive"), in: context())
    // conv1_1 and conv1_2: 64 channels of 224 x 224 each.
    #expect(program.memory.transientBytes < 2 * 64 * 224 * 224 * 4 + (1 << 16))
  }
}

/// When each tensor of a program is in use.
private struct Uses {
  let tensors: [Tensor]
  private let steps: [ObjectIdentifier: ClosedRange<Int>]

  init(_ program: Program) {
    var tensors: [Tensor] = []
    var steps: [ObjectIdentifier: ClosedRange<Int>] = [:]
    func use(_ tensor: Tensor, _ range: ClosedRange<Int>) {
      let id = ObjectIdentifier(tensor)
      if steps[id] == nil { tensors.append(tensor) }
      let known = steps[id] ?? range
      steps[id] = min(known.lowerBound, range.lowerBound)...max(known.upperBound, range.upperBound)
    }
    let always = 0...program.schedule.groups.joined().count
    for (_, tensor) in program.parameters { use(tensor, always) }
    var first = 0
    for group in program.schedule.groups {
      for (index, operation) in group.enumerated() {
        for tensor in operation.reads + operation.writes {
          switch tensor.storage {
          case .persistent: use(tensor, always)
          // Read and written again for every micro-batch of the batch.
          case .transient: use(tensor, first...first + group.count - 1)
          case .microBatch: use(tensor, first + index...first + index)
          }
        }
      }
      first += group.count
    }
    self.tensors = tensors
    self.steps = steps
  }

  func lifetime(_ tensor: Tensor) -> ClosedRange<Int> { steps[ObjectIdentifier(tensor)]! }
  func start(_ tensor: Tensor) -> Int { Int(bitPattern: tensor.floats) }
  func end(_ tensor: Tensor) -> Int { start(tensor) + tensor.byteCount.rounded(upTo: 64) }
}
