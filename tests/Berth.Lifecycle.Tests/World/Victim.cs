using System.Diagnostics;
using Berth.Data.Sessions;
using Berth.Events;
using Berth.Host.Events;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Lifecycle.Tests.World;

/// <summary>
/// The program inside the test assembly: runs a scenario on existing worlds and ends itself with SIGKILL at a step,
/// as a power cut or the kernel's memory killer would.
/// </summary>
internal static class Victim
{
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["full-disk", var data, var disk])
        {
            Console.WriteLine(await Store.TroubledDiskTests.InstallAsync(data, disk));
            return 0;
        }

        if (arguments is ["follow", var followedConnection, var followedFolder, var followedPlugins, var subscription, var atStep, var count])
        {
            await FollowEventsAsync(followedConnection, followedFolder, followedPlugins, subscription, atStep, int.Parse(count));
            return 0;
        }

        if (arguments is ["delete-user", var at, var sql, var root, var store, var user, var heir, var actor])
        {
            await using var users = await Databases.OpenAsync(sql, root);
            await using var parts = TestWorld.Services(users, new TestRegistry(), new Killer(at), store);
            Console.WriteLine(await parts.GetRequiredService<Berth.Lifecycle.Users.IUserRemoval>().RemoveAsync(new(user, heir is "-" ? null : heir, actor, "request-1")));
            return 0;
        }

        if (arguments is ["cleanup", var cleanedConnection, var cleanedFolder, var cleanedPlugins, var cleanedStep])
        {
            await using var cleaned = await Databases.OpenAsync(cleanedConnection, cleanedFolder);
            await using var cleaning = TestWorld.Services(cleaned, new TestRegistry(), new Killer(cleanedStep), cleanedPlugins, retention: TimeSpan.Zero);
            Console.WriteLine(await cleaning.GetRequiredService<Berth.Lifecycle.Cleanup.ICleanup>().RunAsync(isDryRun: false));
            return 0;
        }

        if (arguments is ["adopt", var sqlAt, var rootAt, var storeAt, var atAdoption, var pem])
        {
            await using var choices = await Databases.OpenAsync(sqlAt, rootAt);
            using var key = Berth.Packaging.Signing.SigningKey.FromPem(pem).Key!;
            await using var adopting = TestWorld.Services(choices, await TestVariant.RegistryAsync(key), new Killer(atAdoption), storeAt, takesVariants: true);
            Console.WriteLine(await adopting.GetRequiredService<Berth.Lifecycle.Store.VariantAdoptionService>().LookAsync(CancellationToken.None));
            return 0;
        }

        if (arguments is ["recompress", var sqlOf, var rootOf, var storeOf, var stepOf])
        {
            await using var rows = await Databases.OpenAsync(sqlOf, rootOf);
            await using var coding = TestWorld.Services(rows, new TestRegistry(), new Killer(stepOf), storeOf);
            Console.WriteLine(await coding.GetRequiredService<Berth.Lifecycle.Store.Codings.RecompressionService>().LookAsync(CancellationToken.None));
            return 0;
        }

        if (arguments is not [var name, var userId, .. var worlds] || worlds is [] || worlds.Length % 4 != 0)
        {
            await Console.Error.WriteLineAsync("usage: SCENARIO USER (CONNECTION FOLDER PLUGINS STEP)...");
            return 2;
        }

        var registry = new TestRegistry();
        await Scenario.PublishAsync(registry);
        foreach (var world in worlds.Chunk(4))
        {
            var (connection, folder, plugins, step) = (world[0], world[1], world[2], world[3]);
            var stop = new Standstill(step);
            var services = TestWorld.Services(await Databases.OpenAsync(connection, folder), registry, stop, plugins);
            var running = Scenario.Named(name).Run(services, new OperationCaller(userId, "ada", [], userId));
            if (await Task.WhenAny(running, stop.Reached) == running)
            {
                Console.WriteLine($"{step} was not reached: {await running}");
                return 0;
            }
        }

        Kill();
        return 0;
    }

    /// <summary>
    /// Runs the program on several worlds that know nothing of each other: in each the scenario stands still at its step, and one
    /// kill ends them all. A start costs more than many scenarios. Answers whether it was killed, and what it said.
    /// </summary>
    public static Task<(bool WasKilled, string Output)> RunAsync(OperationCaller ada, Scenario scenario, IEnumerable<(TestWorld World, string Step)> worlds) =>
        RunAsync([scenario.Name, ada.UserId, .. worlds.SelectMany(one => (string[])[one.World.Connection, one.World.Folder, one.World.PluginsDirectory, one.Step])]);

    /// <summary>The same for the deletion of a user.</summary>
    public static Task<(bool WasKilled, string Output)> DeleteUserAsync(Users.Departure departure, bool handsOver, string step) => RunAsync(
        "delete-user", step, departure.World.Connection, departure.World.Folder, departure.World.PluginsDirectory,
        departure.Ada.UserId, handsOver ? departure.Bob.UserId : "-", departure.Admin.UserId);

    /// <summary>Runs a cleanup without retention.</summary>
    public static Task<(bool WasKilled, string Output)> CleanAsync(TestWorld world, string step) =>
        RunAsync("cleanup", world.Connection, world.Folder, world.PluginsDirectory, step);

    /// <summary>Compresses again what is in the store.</summary>
    public static Task<(bool WasKilled, string Output)> RecompressAsync(TestWorld world, string step) =>
        RunAsync("recompress", world.Connection, world.Folder, world.PluginsDirectory, step);

    /// <summary>Asks for the optimised files of what is in the store.</summary>
    public static Task<(bool WasKilled, string Output)> AdoptAsync(TestWorld world, Berth.Packaging.Signing.SigningKey key, string step) =>
        RunAsync("adopt", world.Connection, world.Folder, world.PluginsDirectory, step, key.ToPem());

    /// <summary>Follows installations until so many events are handled, and tells of each before it is killed.</summary>
    public static Task<(bool WasKilled, string Output)> FollowEventsAsync(TestWorld world, string subscription, string step, int count) =>
        RunAsync("follow", world.Connection, world.Folder, world.PluginsDirectory, subscription, step, $"{count}");

    private static async Task FollowEventsAsync(string connection, string folder, string plugins, string subscription, string step, int count)
    {
        await using var database = await Databases.OpenAsync(connection, folder);
        await using var services = TestWorld.Services(database, new TestRegistry(), new Killer(step), plugins);
        using var done = new CancellationTokenSource();
        var following = services.GetRequiredService<IDurableEvents>().FollowAsync(subscription, new BusFilter { Types = ["berth.installation.installed"] }, async (happened, _) =>
        {
            await Console.Out.WriteLineAsync(((InstallationInstalled)happened.Data).OperationId);
            await Console.Out.FlushAsync(CancellationToken.None);
            if (--count == 0)
                await done.CancelAsync();
            return true;
        }, done.Token);
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<(bool WasKilled, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { typeof(Victim).Assembly.Location },
            Environment = { ["DOTNET_TieredPGO"] = "0" },
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode == 128 + 9, await output + await error);
    }

    private static void Kill()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    private sealed class Killer(string at) : IStepWitness
    {
        public ValueTask ReachedAsync(string operation, string step)
        {
            if ($"{operation}.{step}" == at)
                Kill();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Nothing goes on from the step: what it holds it holds until the kill.</summary>
    private sealed class Standstill(string at) : IStepWitness
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public async ValueTask ReachedAsync(string operation, string step)
        {
            if ($"{operation}.{step}" != at)
                return;
            _reached.TrySetResult();
            await Task.Delay(Timeout.Infinite);
        }
    }
}
