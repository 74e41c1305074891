using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Packaging.Versioning;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Bulk;

/// <summary>The ordinary operation of one user. What is so already counts as done.</summary>
internal sealed partial class BulkStep(ILifecycleOperations operations, IInstallations installations, ILogger<BulkStep> logger)
{
    /// <summary>By what the operation of one user is known in the journal, so that it is never done twice.</summary>
    public static string KeyOf(string operationId, string userId) => $"bulk:{operationId}:{userId}";

    /// <summary>Does it.</summary>
    /// <param name="wasBegun">Whether an earlier process may have done it already.</param>
    /// <returns>Why not, or <see langword="null"/>.</returns>
    public async Task<BulkFailure?> RunAsync(string operationId, string slug, BulkData data, BulkUser user, bool wasBegun, CancellationToken cancellationToken)
    {
        if (user.Name is null)
            return new BulkFailure(user.Id, "user.unknown", "There is no such user.");
        try
        {
            var key = KeyOf(operationId, user.Id);
            var caller = new OperationCaller(user.Id, user.Name, user.Roles, data.ActorId, data.RequestId, key)
            {
                Completed = wasBegun ? await operations.CompletedAsync(key, DateTimeOffset.UnixEpoch, cancellationToken) : [],
            };
            return await RunAsync(caller, slug, data, cancellationToken) switch
            {
                OperationOutcome.Done => null,
                OperationOutcome.Refused refused when await IsSoAlreadyAsync(refused, user.Id, slug, data, cancellationToken) => null,
                OperationOutcome.Refused refused => new BulkFailure(user.Id, refused.Code, refused.Message),
                OperationOutcome.Failed failed => new BulkFailure(user.Id, failed.Code, failed.Message),
                var other => throw new InvalidOperationException($"Unknown outcome {other.GetType().Name}."),
            };
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogFault(exception, operationId, user.Id);
            return new BulkFailure(user.Id, "operation.failed", "It failed for a reason that has no code. The log of the server has the details.");
        }
    }

    private Task<OperationOutcome> RunAsync(OperationCaller caller, string slug, BulkData data, CancellationToken cancellationToken) => data.Operation switch
    {
        "install" => operations.InstallAsync(caller, new InstallRequest(slug, data.Version, data.Grant), cancellationToken),
        "update" => operations.UpdateAsync(caller, new UpdateRequest(slug, data.Version, data.Grant), cancellationToken),
        "uninstall" => operations.UninstallAsync(caller, new UninstallRequest(slug), cancellationToken),
        "enable" => operations.SetEnabledAsync(caller, new SetEnabledRequest(slug, Enabled: true), cancellationToken),
        "disable" => operations.SetEnabledAsync(caller, new SetEnabledRequest(slug, Enabled: false), cancellationToken),
        "rollback" => operations.RollbackAsync(caller, new RollbackRequest(slug), cancellationToken),
        "repair" => operations.RepairAsync(caller, new RepairRequest(slug), cancellationToken),
        _ => throw new InvalidOperationException($"Unknown operation {data.Operation}."),
    };

    private async ValueTask<bool> IsSoAlreadyAsync(OperationOutcome.Refused refused, string userId, string slug, BulkData data, CancellationToken cancellationToken)
    {
        switch (refused.Code)
        {
            case "update.not_newer":
                return data.Version is null;
            case "plugin.not_installed":
                return data.Operation == "uninstall";
            case "plugin.already_installed" when data.Version is null:
                return true;
            case "plugin.already_installed":
                var installed = await installations.OfUserAsync(userId, cancellationToken);
                return installed.TryFind(slug, out var plugin) && VersionRange.TryParse(data.Version, out var range)
                    && range.Contains(SemanticVersion.Parse(plugin.Version), includePrerelease: true);
            default:
                return false;
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Operation {Operation} failed for user {User} for a reason that has no code")]
    private partial void LogFault(Exception exception, string operation, string user);
}
