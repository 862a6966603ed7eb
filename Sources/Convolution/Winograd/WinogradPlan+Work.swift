import Kernels
import Terms

extension WinogradPass {
  /// Floats of V, the transformed input, of all tiles and groups.
  fileprivate var inputFloats: Int { groups * algorithm.positions * tiles * source.channels }
  /// Floats of M, the products, of all tiles and groups.
  fileprivate var outputFloats: Int { groups * algorithm.positions * tiles * destination.channels }
  fileprivate var filterFloats: Int {
    groups * algorithm.taps * algorithm.taps * source.channels * destination.channels
  }
  /// Floats of U, the transformed filter, of all groups.
  fileprivate var transformedFilterFloats: Int {
    groups * algorithm.positions * source.channels * destination.channels
  }
  /// 2 x multiply-adds of all products.
  fileprivate var productFLOP: Double { 2 * Double(inputFloats) * Double(destination.channels) }

  fileprivate func floats(of images: WinogradImageShape) -> Int {
    batch * images.height * images.width * images.channels * groups
  }
}

extension WinogradPlan {
  var work: [KernelPhase: PhaseWork] {
    let blocks = pass.tiles.dividedRoundingUp(by: blocking.tilesPerBlock)
    let written = fusions.contains(.maxPool) && !pass.isRotated ? pass.destination.pooled : pass.destination
    let results = pass.floats(of: written)
    let alsoRead = (epilogue.residual ? results : 0) + (fusions.contains(.reluBackward) ? results : 0)
    var work: [KernelPhase: PhaseWork] = [
      // Neighbouring tiles overlap, so a pixel is read by several of them.
      .inputTransform: PhaseWork(floats: pass.inputFloats, pass.inputFloats),
      .products: PhaseWork(
        flop: pass.productFLOP, floats: slices.count * pass.inputFloats, blocks * pass.transformedFilterFloats,
        pass.outputFloats),
      .outputTransform: PhaseWork(floats: pass.outputFloats, results, alsoRead),
    ]
    if blocking.division == .columns { work[.filterTransform] = filterTransformWork }
    return work
  }

  var preparationWork: [KernelPhase: PhaseWork] {
    blocking.division == .columns ? [:] : [.filterTransform: filterTransformWork]
  }

  private var filterTransformWork: PhaseWork {
    PhaseWork(floats: pass.filterFloats, pass.transformedFilterFloats)
  }
}

extension WinogradGradientPlan {
  var work: [KernelPhase: PhaseWork] {
    // Every block but the first reads the sums that it adds to.
    let sums = pass.transformedFilterFloats * blocking.parts
    let moved = blocking.isFused ? 0 : (2 * blocking.blocks - 1) * sums
    return [
      .inputTransform: PhaseWork(floats: pass.inputFloats, pass.inputFloats),
      .outputGradientTransform: PhaseWork(floats: pass.outputFloats, pass.outputFloats),
      .products: PhaseWork(flop: pass.productFLOP, floats: pass.inputFloats, pass.outputFloats, moved),
      .filterGradientTransform: PhaseWork(floats: blocking.isFused ? 0 : sums, pass.filterFloats),
    ]
  }
}
