namespace Berth.Cli.Output;

/// <summary>One of several reasons of a failure, as the server or the local verdict names it.</summary>
/// <param name="Code">Stable and dotted.</param>
/// <param name="Message">For people.</param>
/// <param name="Where">The archive entry or JSON pointer it is about, if any.</param>
internal sealed record FailureReason(string Code, string Message, string? Where = null)
{
    /// <summary>An entry, a pointer into it, or both as <c>plugin.json#/version</c>.</summary>
    public static string? Place(string? entry, string? pointer) => (entry, pointer) switch
    {
        ({ Length: > 0 }, { Length: > 0 }) => $"{entry}#{pointer}",
        (null or "", _) => pointer,
        _ => entry,
    };
}

/// <summary>Ends a command with an exit code, and tells its reader what happened and what to do next.</summary>
internal sealed class CommandFailedException(
    ExitCode exit, string code, string message, string? next = null, IReadOnlyList<FailureReason>? reasons = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The exit code.</summary>
    public ExitCode Exit { get; } = exit;

    /// <summary>Stable and dotted: the server's code, or one that begins with <c>client.</c>.</summary>
    public string Code { get; } = code;

    /// <summary>What to do next, if we know.</summary>
    public string? Next { get; } = next;

    /// <summary>All reasons, when there are several.</summary>
    public IReadOnlyList<FailureReason> Reasons { get; } = reasons ?? [];
}
