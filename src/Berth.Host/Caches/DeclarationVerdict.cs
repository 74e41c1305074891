using Berth.Packaging.Scanning;

namespace Berth.Host.Caches;

/// <summary>What a version's code uses and its manifest does not declare.</summary>
internal sealed record DeclarationVerdict(IReadOnlyList<UndeclaredUse> Found);
