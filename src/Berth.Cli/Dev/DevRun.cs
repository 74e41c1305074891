using Berth.Cli.Commands;
using Berth.Cli.Demo;
using Berth.Cli.Output;
using Berth.Cli.Serving;
using Berth.Packaging.Archive;

namespace Berth.Cli.Dev;

/// <summary>One run of <c>berth dev</c>: a server of its own or the one that was named, the page, and a round for each change.</summary>
internal static class DevRun
{
    /// <summary>Runs until Ctrl-C.</summary>
    public static async Task<ExitCode> RunAsync(CommandContext context, DevOptions options, CancellationToken cancellationToken)
    {
        var project = DevProject.Open(options.Folder);
        var isOwn = !context.NamesServer;
        if (context.IsDryRun)
        {
            var where = isOwn ? "a server of its own" : context.Session.Server.AbsoluteUri;
            context.Report.Result(new DryRunOutput($"develop {project.Folder.FullName} on {where}"), $"Would develop {project.Folder.FullName} on {where}.");
            return ExitCode.Done;
        }

        using var folder = new TemporaryFolder("berth-dev-");
        await using var server = isOwn ? await StartAsync(context, options, folder.Path, cancellationToken) : null;
        var target = server is null
            ? new DevTarget(await context.HostAsync(cancellationToken), await context.RegistryAsync(cancellationToken))
            : new DevTarget(server.HostAsAdmin(), server.RegistryAsAdmin());
        await PublishAsync(context, target, options.With, cancellationToken);
        await using var page = options.HasPage && !options.IsOnce ? DevPage.Start(target.Host, options.Port) : null;
        var loop = new DevLoop(project, options, target, page, context.Report, folder.Path);
        context.Report.Result(
            new DevReadyOutput(target.Host.Address, page?.Address, project.Folder.FullName, server?.AdminToken),
            $"Host: {target.Host.Address}{(page is null ? "" : $"\nPage: {page.Address}")}");
        try
        {
            return await loop.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how this command ends.
            return ExitCode.Done;
        }
    }

    private static async Task<DemoServer> StartAsync(CommandContext context, DevOptions options, string folder, CancellationToken cancellationToken)
    {
        var assembly = await ServerLocation.FindAsync(
            AppContext.BaseDirectory, context.Terminal.Variable(ServerLocation.VariableName), context.Report, cancellationToken);
        return await context.Report.WatchAsync("Starting a server", DemoServer.StartAsync(assembly, folder, cancellationToken, options.Data?.FullName));
    }

    private static async Task PublishAsync(CommandContext context, DevTarget target, IReadOnlyList<FileInfo> files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            if (!file.Exists)
                throw new CommandFailedException(ExitCode.NotFound, "client.file.missing", $"{file.FullName} does not exist.", "Make a package with `berth pack DIR`.");
            await using var bytes = file.OpenRead();
            var outcome = await PackageReader.ReadAsync(bytes, PackageLimits.Default, cancellationToken);
            if (!outcome.IsAccepted)
                throw PackageVerdict.Refusal(outcome, file.FullName);
            await context.Report.WatchAsync($"Publishing {file.Name}", target.PublishAsync(file, outcome.Package, cancellationToken));
        }
    }

    private sealed record DevReadyOutput(string Host, string? Page, string Folder, string? Token) : JsonOutput
    {
        public string Event { get; } = "ready";
    }
}
