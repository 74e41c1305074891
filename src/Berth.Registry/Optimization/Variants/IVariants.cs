using Berth.Registry.Catalog;
using Berth.Registry.Optimization.Reports;

namespace Berth.Registry.Optimization.Variants;

/// <summary>The registry's variants: derived artifacts beside the authors' packages, which never change.</summary>
public interface IVariants
{
    /// <summary>All variants of a version, and orders for them.</summary>
    Task<IReadOnlyList<VariantRecord>> ListAsync(VersionRecord version, CancellationToken cancellationToken = default);

    /// <summary>The variant of a kind, or <see langword="null"/> when nobody has ordered one of these bytes.</summary>
    Task<VariantRecord?> FindAsync(VersionRecord version, string kind, CancellationToken cancellationToken = default);

    /// <summary>
    /// A variant that may be handed out now, or <see langword="null"/>: it is ready, and the policy of the version's trust
    /// level does not ask for the author's own bytes.
    /// </summary>
    Task<VariantRecord?> FindOfferedAsync(VersionRecord version, string kind, CancellationToken cancellationToken = default);

    /// <summary>Whether a user may order variants of a plugin by their role in its publisher. Administrators may besides.</summary>
    Task<bool> MayOrderAsync(string slug, string userId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Orders a variant. Before: whatever is there. After: one is ready or ordered. What was tried and came to nothing is
    /// ordered again.
    /// </summary>
    Task<VariantOrder> OrderAsync(VersionRecord version, string userId, CancellationToken cancellationToken = default);

    /// <summary>What would come out for a published version; nothing is kept.</summary>
    Task<VariantPreview> PreviewAsync(VersionRecord version, CancellationToken cancellationToken = default);

    /// <summary>What would come out for a package; nothing is kept.</summary>
    /// <param name="package">A package's bytes, read once.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<VariantPreview> PreviewAsync(Stream package, CancellationToken cancellationToken = default);
}

/// <summary>How an order went.</summary>
public abstract record VariantOrder
{
    private VariantOrder()
    {
    }

    /// <summary>It is ordered, being made, or ready.</summary>
    public sealed record Taken(VariantRecord Variant) : VariantOrder;

    /// <summary>No variant of this version may be made.</summary>
    public sealed record Refused(string Code, string Reason) : VariantOrder;

    /// <summary>Too many are waiting.</summary>
    public sealed record QueueFull(int Waiting) : VariantOrder;
}

/// <summary>What a preview says.</summary>
public abstract record VariantPreview
{
    private VariantPreview()
    {
    }

    /// <summary>What would come out.</summary>
    /// <param name="WouldBeMade">Whether a variant would be made: it saves enough.</param>
    /// <param name="Report">What was tried.</param>
    public sealed record Shown(bool WouldBeMade, OptimizationReport Report) : VariantPreview;

    /// <summary>No variant may or can be made.</summary>
    public sealed record Refused(string Code, string Reason) : VariantPreview;

    /// <summary>The bytes are no acceptable package.</summary>
    public sealed record NoPackage(IReadOnlyList<Berth.Packaging.Archive.PackageFault> Faults) : VariantPreview;

    /// <summary>Others are being looked at; too many wait.</summary>
    public sealed record Busy : VariantPreview;
}
