namespace Berth.Registry.Keys;

/// <summary>What is asked of who registers a key.</summary>
public sealed record KeyOptions
{
    /// <summary>Whether a key must prove itself (<see cref="Berth.Packaging.Signing.KeyProof"/>); one that comes along must hold in any case.</summary>
    public bool RequiresProof { get; init; } = true;
}
