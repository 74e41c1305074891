namespace Berth.Host.Health;

/// <summary>What a call says about the health of the instance.</summary>
internal enum CallVerdict
{
    /// <summary>Nothing: it was denied or refused before it got anywhere, or its caller went away.</summary>
    None,

    /// <summary>It works.</summary>
    Good,

    /// <summary>It failed, came too late, or was slow.</summary>
    Bad,
}
