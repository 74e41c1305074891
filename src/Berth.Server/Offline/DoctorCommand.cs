using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Host.Offers;
using Berth.Lifecycle;
using Berth.Lifecycle.Doctor;
using Berth.Lifecycle.Store;
using Berth.Server.Apis;
using Berth.Server.Configuration;

namespace Berth.Server.Offline;

/// <summary>
/// <c>berth-server doctor [--fix|--rebuild] [settings]</c>: the examination without a server, with the settings of serving.
/// Looking goes on beside a running server; repairs and rebuilds need the data folder alone.
/// </summary>
internal sealed class DoctorCommand : IOfflineCommand
{
    public string Name => "doctor";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var fix = arguments.Contains("--fix", StringComparer.Ordinal);
        var rebuild = arguments.Contains("--rebuild", StringComparer.Ordinal);
        var settings = BerthSettingsReader.Read([.. arguments.Where(argument => argument is not "--fix" and not "--rebuild")], Directory.GetCurrentDirectory());
        if (fix && rebuild)
            return await ErrorAsync(output, 2, "doctor.usage", "Either --fix or --rebuild: first make the rows again, then look what is left to repair.");
        if (!Directory.Exists(settings.DataDirectory))
            return await ErrorAsync(output, 3, "doctor.no_data", $"There is no data folder {settings.DataDirectory}.");
        if (!rebuild && settings.Database == "sqlite" && !File.Exists(Path.Combine(settings.DataDirectory, Databases.FileName)))
            return await WithoutDatabaseAsync(output, settings);

        bool isAlone;
        using (var own = DataFolderLock.TryOwn(settings.DataDirectory))
            isAlone = own is not null;
        using var @lock = fix || rebuild ? DataFolderLock.TryOwn(settings.DataDirectory) : DataFolderLock.TryShare(settings.DataDirectory);
        if (@lock is null)
        {
            return await ErrorAsync(
                output, 6, "doctor.server_runs",
                "A server or another repair runs on this data folder. Stop it first, or let the server do it: berth doctor --fix without --data.");
        }

        try
        {
            await using var services = Services(settings);
            var doctor = services.GetRequiredService<IDoctor>();
            var events = rebuild
                ? doctor.RebuildAsync(cancellationToken)
                : doctor.ExamineAsync(new DoctorRequest(fix, isAlone), cancellationToken);
            var exit = await WriteAsync(output, events);
            if (!rebuild && settings.Role != BerthRole.Registry)
                await WriteOffersAsync(output, services.GetRequiredService<IOfferStates>(), cancellationToken);
            return exit;
        }
        catch (DatabaseUnavailableException exception)
        {
            return await ErrorAsync(output, 1, "doctor.database_unusable", $"{exception.Message} When its file is damaged, restore a backup, or move it away and use --rebuild.");
        }
    }

    /// <summary>All parts, none of them started: no address is listened on, nothing runs in the background.</summary>
    private static ServiceProvider Services(BerthSettings settings)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddBerthCore(new BerthOptions { Settings = settings });
        services.AddBerthRegistryPart();
        services.AddBerthHostPart(settings);
        if (settings.Role == BerthRole.Host)
            services.AddBerthHttpPackageSource(new HttpPackageSourceOptions { Registry = new Uri(settings.RegistryUrls[0]), Token = settings.AdminToken });
        else
            services.AddSingleton<IPackageSource, Composition.RegistryPackageSource>();
        return services.BuildServiceProvider();
    }

    private static async Task<int> WriteAsync(TextWriter output, IAsyncEnumerable<DoctorEvent> events)
    {
        var remaining = 0;
        await foreach (var one in events)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(DoctorLines.Of(one), BerthJson.Options));
            await output.FlushAsync();
            if (one is DoctorEvent.Ended ended)
                remaining = ended.Remaining;
        }

        return remaining == 0 ? 0 : 1;
    }

    /// <summary>What a server with these settings offers to plugins of this machine; looked at with the rights of whoever examines.</summary>
    private static async Task WriteOffersAsync(TextWriter output, IOfferStates offers, CancellationToken cancellationToken)
    {
        foreach (var offer in await offers.LookAsync(cancellationToken))
            await output.WriteLineAsync(JsonSerializer.Serialize(OfferShapes.Line(offer), BerthJson.Options));
        await output.FlushAsync(cancellationToken);
    }

    /// <summary>Opening it would make an empty one, and an empty one looks healthy.</summary>
    private static async Task<int> WithoutDatabaseAsync(TextWriter output, BerthSettings settings)
    {
        DoctorEvent[] events =
        [
            new DoctorEvent.Found(new Finding(
                "doctor.database_missing", FindingSeverity.Error, Databases.FileName, $"There is no database in {settings.DataDirectory}.",
                "Restore a backup. Without one, run the doctor with --rebuild.")),
            new DoctorEvent.Ended(1, 0, 0),
        ];
        return await WriteAsync(output, events.ToAsyncEnumerable());
    }

    private static async Task<int> ErrorAsync(TextWriter output, int exit, string code, string detail)
    {
        await output.WriteLineAsync(JsonSerializer.Serialize(new { type = "error", code, detail }, BerthJson.Options));
        return exit;
    }
}
