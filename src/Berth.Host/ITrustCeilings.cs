namespace Berth.Host;

/// <summary>Which capabilities can be in force at most. Whoever knows the registry's policies answers; without one, the risks do.</summary>
public interface ITrustCeilings
{
    /// <summary>Grows when an answer may have changed.</summary>
    int Generation { get; }

    /// <summary>Whether a capability can be in force for a plugin.</summary>
    /// <param name="slug">The plugin.</param>
    /// <param name="trustLevel">The level its version was installed with.</param>
    /// <param name="capability">The capability.</param>
    bool Permits(string slug, string trustLevel, string capability);
}
