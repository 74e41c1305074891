using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations.Journal;

/// <summary>What an exception in a step means to whoever asked for the operation.</summary>
internal static class OperationFailures
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(60);

    /// <summary>Whether the exception is one of the known troubles; anything else is a fault of ours and is logged as such.</summary>
    public static bool IsKnown(Exception exception) =>
        exception is StepFailedException or RefusedException or StoreException or PackageSourceUnavailableException
            or PluginCallException or DatabaseUnavailableException;

    public static OperationOutcome Outcome(Exception exception, string step, string what) => exception switch
    {
        RefusedException refused => refused.Refusal,
        StepFailedException failed => new OperationOutcome.Failed(failed.Code, step, failed.Message, failed.RetryAfter),
        StoreException { Code: "store.digest_conflict" } store =>
            new OperationOutcome.Refused(RefusalKind.Conflict, store.Code, store.Message, []),
        StoreException store => new OperationOutcome.Failed(
            store.Code, step, store.Message, store.Code is "store.full" or "store.read_only" or "store.failed" ? Later : null),
        PackageSourceUnavailableException => new OperationOutcome.Refused(
            RefusalKind.Unavailable, "registry.unavailable", $"{what} could not be fetched: the registry does not answer. Nothing was changed; try again later.", [], Soon),
        PluginCallException { Code: { } code } call => new OperationOutcome.Failed(code, step, $"{call.Message} Nothing was changed.", call.RetryAfter),
        PluginCallException call => new OperationOutcome.Failed($"plugin.{call.Call}_failed", step, $"{call.Message} Nothing was changed."),
        DatabaseUnavailableException database => new OperationOutcome.Failed(
            CodeOf(database.Trouble), step, $"{what}: {database.Message} Nothing was changed; try again later.", Soon),
        _ => new OperationOutcome.Failed(
            "operation.failed", step, $"{what} failed at the step '{step}' and was undone. The log of the server has the details."),
    };

    private static string CodeOf(DatabaseTrouble trouble) => trouble switch
    {
        DatabaseTrouble.Locked => "database.locked",
        DatabaseTrouble.Full => "database.full",
        DatabaseTrouble.ReadOnly => "database.read_only",
        _ => "database.unavailable",
    };
}
