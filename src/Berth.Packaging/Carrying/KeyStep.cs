namespace Berth.Packaging.Carrying;

/// <summary>What is to be done about a key at the registry that decisions are carried to.</summary>
public enum KeyStep
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Put it away.</summary>
    Retire,

    /// <summary>Revoke it since the same time.</summary>
    Revoke,
}
