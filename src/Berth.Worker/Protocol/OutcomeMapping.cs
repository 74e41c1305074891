using System.Reflection;

namespace Berth.Worker.Protocol;

/// <summary>Exceptions that mean something at the other end travel as outcomes; all others as type and message.</summary>
internal static class OutcomeMapping
{
    /// <summary>What an exception is called on its way.</summary>
    public static WorkerOutcome Of(Exception exception) => exception switch
    {
        TargetInvocationException { InnerException: { } thrown } => Of(thrown),
        RemoteFailureException remote => new WorkerOutcome(WorkerOutcomeKinds.Failed, remote.Message),
        CapabilityDeniedException denied => new WorkerOutcome(WorkerOutcomeKinds.CapabilityDenied, denied.Message) { Subject = denied.Capability },
        ServiceRefusedException refused => new WorkerOutcome(WorkerOutcomeKinds.ServiceRefused, refused.Reason) { Subject = refused.Token, Code = refused.Code },
        ServiceWithdrawnException withdrawn => new WorkerOutcome(WorkerOutcomeKinds.ServiceWithdrawn, withdrawn.Reason) { Subject = withdrawn.Token },
        ServiceCallException failed => new WorkerOutcome(WorkerOutcomeKinds.ServiceFailed, failed.Reason) { Subject = failed.Token, Operation = failed.Operation, Provider = failed.Provider },
        EventRefusedException refused => new WorkerOutcome(WorkerOutcomeKinds.EventRefused, refused.Reason) { Subject = refused.EventName },
        MachineRefusal refusal => new WorkerOutcome(WorkerOutcomeKinds.MachineRefused, refusal.Message) { Code = refusal.Code },
        ArgumentException wrong => new WorkerOutcome(WorkerOutcomeKinds.BadArgument, wrong.Message),
        OperationCanceledException => new WorkerOutcome(WorkerOutcomeKinds.Cancelled, "the call is over."),
        _ => new WorkerOutcome(WorkerOutcomeKinds.Failed, Describe(exception)),
    };

    /// <summary>The exception at the other end.</summary>
    public static Exception ToException(this WorkerOutcome outcome) => outcome.Kind switch
    {
        WorkerOutcomeKinds.CapabilityDenied => Denied(outcome.Subject ?? "", outcome.Reason),
        WorkerOutcomeKinds.ServiceRefused => new ServiceRefusedException(outcome.Subject ?? "", outcome.Code ?? "", outcome.Reason),
        WorkerOutcomeKinds.ServiceWithdrawn => new ServiceWithdrawnException(outcome.Subject ?? "", outcome.Reason),
        WorkerOutcomeKinds.ServiceFailed => new ServiceCallException(outcome.Subject ?? "", outcome.Operation ?? "", outcome.Provider ?? "", outcome.Reason),
        WorkerOutcomeKinds.EventRefused => new EventRefusedException(outcome.Subject ?? "", outcome.Reason),
        WorkerOutcomeKinds.MachineRefused => MachineRefusal.ToException(outcome.Code, outcome.Reason),
        WorkerOutcomeKinds.Cancelled => new OperationCanceledException(outcome.Reason),
        WorkerOutcomeKinds.BadArgument => new InvalidArgumentException(outcome.Reason),
        _ => new RemoteFailureException(outcome.Reason),
    };

    /// <summary>Type and message.</summary>
    public static string Describe(Exception exception)
    {
        string message;
        try
        {
            message = exception.Message;
        }
        catch (Exception)
        {
            message = "(its message could not be read)";
        }

        return $"{exception.GetType().FullName}: {message}";
    }

    // The exception writes its beginning itself.
    private static CapabilityDeniedException Denied(string capability, string reason)
    {
        var notInForce = new CapabilityDeniedException(capability, "").Message;
        var outOfReach = CapabilityDeniedException.OutOfReach(capability, "").Message;
        return reason.StartsWith(outOfReach, StringComparison.Ordinal)
            ? CapabilityDeniedException.OutOfReach(capability, reason[outOfReach.Length..])
            : new CapabilityDeniedException(capability, reason.StartsWith(notInForce, StringComparison.Ordinal) ? reason[notInForce.Length..] : reason);
    }
}

/// <summary>Code at the other end of the protocol failed; the message is type and message of what it threw.</summary>
internal sealed class RemoteFailureException(string reason) : Exception(reason);

/// <summary>The other end did not take an argument that was passed on.</summary>
internal sealed class InvalidArgumentException(string message) : ArgumentException(message);
