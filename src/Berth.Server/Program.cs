using Berth.Data.Sessions;
using Berth.Host.Graph.Loading;
using Berth.Server;
using Berth.Server.Composition;
using Berth.Server.Configuration;
using Berth.Server.Offline;

try
{
    if (OfflineCommands.Find(args) is { } command)
        return await OfflineCommands.RunAsync(command, args);

    var settings = BerthSettingsReader.Read(args, Directory.GetCurrentDirectory());
    await using var server = await BerthServer.StartAsync(settings);
    await Announcement.WriteAsync(server, Console.Out);
    _ = QuietMemory.FollowAsync(TimeProvider.System, CancellationToken.None);
    await server.WaitForShutdownAsync();
    return 0;
}
catch (BerthSettingsException exception)
{
    await Console.Error.WriteLineAsync($"berth-server: {exception.Message}");
    return 2;
}
catch (Exception exception) when (exception is DatabaseUnavailableException or CriticalPluginException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"berth-server: {exception.Message}");
    return 1;
}
