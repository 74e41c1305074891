namespace Berth.Cli.Output;

/// <summary>What <c>--json</c> prints on stderr when a command fails.</summary>
internal sealed record FailureOutput(FailureBody Error) : JsonOutput
{
    /// <summary>The failure as an object.</summary>
    public static FailureOutput Of(CommandFailedException failure) =>
        new(new FailureBody(failure.Code, failure.Message, (int)failure.Exit, failure.Next, failure.Reasons.Count == 0 ? null : failure.Reasons));
}

/// <summary>The member <c>error</c>.</summary>
internal sealed record FailureBody(string Code, string Message, int ExitCode, string? Next, IReadOnlyList<FailureReason>? Reasons);
