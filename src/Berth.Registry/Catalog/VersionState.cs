namespace Berth.Registry.Catalog;

/// <summary>Where a version stands (column <c>package_version.state</c>). Only <see cref="Visible"/> ones are in the catalogue.</summary>
public static class VersionState
{
    /// <summary>Offered and downloadable.</summary>
    public const string Visible = "visible";

    /// <summary>Kept and waiting for a reviewer; not in the catalogue, not downloadable.</summary>
    public const string Held = "held";

    /// <summary>A reviewer said no. The number stays taken.</summary>
    public const string Rejected = "rejected";

    /// <summary>A tombstone: the bytes are gone, the number is never given again.</summary>
    public const string Deleted = "deleted";
}
