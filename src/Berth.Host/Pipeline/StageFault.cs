namespace Berth.Host.Pipeline;

/// <summary>Why a stage ended the pipeline.</summary>
/// <param name="Code">Stable and dotted.</param>
/// <param name="Reason">For people; texts only, nothing of the plugin's objects.</param>
/// <param name="IsRetried">Whether trying again by itself makes sense.</param>
/// <param name="LastWords">What the process of the plugin said last: for administrators alone, because it may be about anybody's call.</param>
internal sealed record StageFault(string Code, string Reason, bool IsRetried = true, string? LastWords = null)
{
    /// <summary>The reason with all that is known, for administrators.</summary>
    public string Whole => LastWords is null ? Reason : $"{Reason} Its last words: {LastWords}";

    /// <summary>The store does not have the version, or it has no server-side code.</summary>
    public const string NotFoundCode = "plugin.not_found";

    /// <summary>Whether nothing is there that could be loaded.</summary>
    public bool IsNotFound => string.Equals(Code, NotFoundCode, StringComparison.Ordinal);
}
