using Berth.Host.Isolation.Limits;
using Microsoft.Extensions.Hosting;

namespace Berth.Host.Isolation.Worker;

/// <summary>Takes away, once at the start and beside it, what hosts left that were killed: what may still run in their control groups, then their folders, then what is provably nobody's.</summary>
internal sealed class RunFolderSweep(IsolationOptions options, ControlGroups groups, WorkerUserIds users, TimeProvider time) : IHostedService
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _sweep = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux())
            _sweep = Task.Run(SweepAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _sweep.WaitAsync(cancellationToken);
    }

    private async Task SweepAsync()
    {
        try
        {
            await groups.Swept;
            HostFolder.Sweep(options.RunDirectory);
            if (Environment.IsPrivilegedProcess)
                OldTemporaryFolders.Sweep(options.RunDirectory, users, UnixOwner.Of);
            await AbandonedGroups.SweepAsync(groups.Places, () => Task.Delay(AbandonedGroups.Wait, time, _stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // The host stops; the next start looks again.
        }
    }
}
