using Berth.Host.Services;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Guards;

/// <summary>
/// Asks guards of other plugins: in the version of the provider that the caller has, on a lease, in the provider's own
/// services. A provider that is not there, does not run, or does not export the guard denies.
/// </summary>
/// <param name="pool">Given when it is asked for: the pool loads plugins, and loading makes their guards.</param>
/// <param name="options">With the time limit.</param>
/// <param name="logger">For failures of the host's own.</param>
internal sealed partial class ProviderGuards(Func<IInstancePool> pool, HostOptions options, ILogger<ProviderGuards> logger)
{
    /// <summary>Asks an external guard.</summary>
    /// <exception cref="OperationCanceledException">The caller went, or the asking version is being unloaded.</exception>
    // On the pool and without the asking plugin's execution context: neither what the host keeps nor the provider's code
    // captures anything of it.
    public async ValueTask<GuardVerdict> AskAsync(GuardRunner runner, IUserScope user, GuardSpec guard, GuardRound round) =>
        await ForeignCode.RunAsync(() => AskCleanAsync(runner, user, guard, round));

    private async Task<GuardVerdict> AskCleanAsync(GuardRunner runner, IUserScope user, GuardSpec guard, GuardRound round)
    {
        try
        {
            if (await user.OfPluginAsync(guard.Provider, round.CancellationToken) is not { IsEnabled: true } found)
                return GuardVerdict.Unavailable(guard, $"the plugin '{guard.Provider}', which has it, is not installed or is switched off.");
            return await pool().LeaseAsync(found.Id, round.CancellationToken) switch
            {
                LeaseOutcome.Leased { Lease: InstanceLease lease } => await AskAsync(runner, lease, guard, round, found.Scope),
                LeaseOutcome.Failed failed => GuardVerdict.Unavailable(guard, $"{found.Id}, which has it, does not run ({failed.Code})."),
                _ => GuardVerdict.Unavailable(guard, $"{found.Id}, which has it, has no server-side code here."),
            };
        }
        catch (OperationCanceledException) when (round.CancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            LogFailed(exception, guard.Name, guard.Provider);
            return GuardVerdict.Unavailable(guard, "the host failed. Its log says why.");
        }
    }

    private async Task<GuardVerdict> AskAsync(GuardRunner runner, InstanceLease lease, GuardSpec guard, GuardRound round, IUserScope user)
    {
        using (lease)
            return await new GuardCalls(lease.Running, runner, options).AskAsync(guard, round, user);
    }

    [LoggerMessage(1501, LogLevel.Error, "The guard {Guard} of {Provider} could not be asked")]
    private partial void LogFailed(Exception exception, string guard, string provider);
}
