using Berth.Data.Sessions;
using Berth.Registry.Optimization.Tools;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Registry.Optimization.Variants;

/// <summary>Makes ordered variants in the background, one after another. Orders are rows, so a restart forgets none.</summary>
internal sealed partial class VariantService(
    IDatabase database, VariantMaker maker, VariantSignal signal, Esbuild esbuild, TimeProvider time, ILogger<VariantService> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    // Longer than any variant takes; on one machine there is nobody else who could be making it.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(15);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TryAsync(ReviveAsync, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await TryAsync(MakeNextAsync, stoppingToken))
                    await signal.WaitAsync(Look, time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return; // stopping; what was being made is made after the next start
            }
        }
    }

    /// <summary>Whether there was one to make.</summary>
    private async Task<bool> MakeNextAsync(CancellationToken cancellationToken)
    {
        var claimed = await database.WriteAsync(session => VariantRows.ClaimAsync(session, Now, Now - (long)Silence.TotalMilliseconds), cancellationToken);
        if (claimed is null)
            return false;
        await Task.Run(() => maker.MakeAsync(claimed, cancellationToken), cancellationToken);
        return true;
    }

    private async Task<bool> ReviveAsync(CancellationToken cancellationToken)
    {
        var version = (await esbuild.ProbeAsync(cancellationToken)).Version;
        if (version is not null)
            LogTool(version, esbuild.Cage.Name);
        var silentSince = database.Kind == DatabaseKind.Sqlite ? Now : Now - (long)Silence.TotalMilliseconds;
        await database.WriteAsync(
            async session => await VariantRows.ForgetAsync(session) + await VariantRows.ReviveAsync(session, Now, silentSince, hasTool: version is not null), cancellationToken);
        return true;
    }

    private async Task<bool> TryAsync(Func<CancellationToken, Task<bool>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A database that is away must not end the registry; the rows wait.
            LogTrouble(exception);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "esbuild {Version} makes optimised variants; what keeps it from the rest of the machine: {Cage}")]
    private partial void LogTool(string version, string cage);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Variants cannot be made at the moment; they are tried again")]
    private partial void LogTrouble(Exception exception);
}
