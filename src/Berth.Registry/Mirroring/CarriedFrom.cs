namespace Berth.Registry.Mirroring;

/// <summary>The bundle that decisions are taken from.</summary>
/// <param name="Source">The registry that made it.</param>
/// <param name="SignedBy">The <c>kid</c> of the trusted key that signed it.</param>
/// <param name="At">When it was made; Unix seconds.</param>
/// <param name="Format">Its format: an older one does not speak of everything.</param>
/// <param name="ActorId">Who imports it.</param>
internal sealed record CarriedFrom(string Source, string SignedBy, long At, int Format, string ActorId)
{
    /// <summary>Why something is as it is, for the records.</summary>
    public string Decided(string reason) => Decided(Source, reason);

    /// <summary>The same of another source.</summary>
    public static string Decided(string source, string reason) => $"As decided by {source}: {reason}";
}
