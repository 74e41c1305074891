namespace Berth.Packaging.Signing;

/// <summary>Whose good signatures a package must bear.</summary>
[Flags]
public enum RequiredSigners
{
    /// <summary>Nobody's.</summary>
    None = 0,

    /// <summary>Its author's.</summary>
    Author = 1,

    /// <summary>The registry's: its countersignature.</summary>
    Registry = 2,
}
