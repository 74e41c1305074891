namespace Berth.Lifecycle.Operations.Journal;

/// <summary>A step failed in a way that has a code. Ends the operation with an undo.</summary>
internal sealed class StepFailedException(string code, string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    public string Code => code;

    public TimeSpan? RetryAfter => retryAfter;
}

/// <summary>The state changed since the plan, so that the answer is no. Ends the operation with an undo.</summary>
internal sealed class RefusedException(OperationOutcome.Refused refusal) : Exception(refusal.Message)
{
    public OperationOutcome.Refused Refusal => refusal;
}
