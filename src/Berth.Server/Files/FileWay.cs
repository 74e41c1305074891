namespace Berth.Server.Files;

/// <summary>How a request came to a file: it decides how the answer may be kept.</summary>
public enum FileWay
{
    /// <summary>As somebody with a token or a cookie: what they have may be other bytes tomorrow.</summary>
    Token,

    /// <summary>By a URL that itself grants the right and names these bytes, so that they may be kept for good.</summary>
    Capability,

    /// <summary>By a URL that names bytes that are not there any more; these are sent for once.</summary>
    CapabilityOfOthers,
}
