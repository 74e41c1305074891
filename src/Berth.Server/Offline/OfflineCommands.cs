namespace Berth.Server.Offline;

/// <summary>What <c>berth-server</c> can do beside serving.</summary>
internal static class OfflineCommands
{
    private static readonly IReadOnlyList<IOfflineCommand> All = [new ConfigCommand(), new DoctorCommand(), new MigrateCommand()];

    /// <summary>The command that the arguments ask for, or <see langword="null"/> to serve.</summary>
    public static IOfflineCommand? Find(IReadOnlyList<string> arguments) =>
        arguments.Count == 0 ? null : All.FirstOrDefault(command => string.Equals(command.Name, arguments[0], StringComparison.Ordinal));

    /// <summary>Runs a command until it ends or Ctrl-C.</summary>
    public static async Task<int> RunAsync(IOfflineCommand command, IReadOnlyList<string> arguments)
    {
        using var stop = new CancellationTokenSource();
        ConsoleCancelEventHandler onCancel = (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        Console.CancelKeyPress += onCancel;
        try
        {
            return await command.RunAsync([.. arguments.Skip(1)], Console.Out, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 130;
        }
        finally
        {
            Console.CancelKeyPress -= onCancel;
        }
    }
}
