using System.CommandLine;
using Berth.Cli.Dev;

namespace Berth.Cli.Commands;

/// <summary><c>berth dev</c>: watches a plugin's folder; each change is built, staged and swapped in while requests go on.</summary>
internal static class DevCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var folder = new Argument<DirectoryInfo?>("folder") { Description = "The plugin's folder, with plugin.json [default: this one]", Arity = ArgumentArity.ZeroOrOne };
        var data = new Option<DirectoryInfo?>("--data") { Description = "Where the server of its own keeps its data [default: a temporary folder]", HelpName = "dir" };
        var build = new Option<string?>("--build") { Description = "What builds it, run by the shell in its folder [default: dotnet build, when there is a project]", HelpName = "command" };
        var with = new Option<FileInfo[]>("--with") { Description = "A package to publish first, for example one that it needs; can be repeated", HelpName = "file" };
        var noPage = new Option<bool>("--no-page") { Description = "Serve no page" };
        var port = new Option<int>("--port") { Description = "Port of the page [default: a free one]", HelpName = "n" };
        var once = new Option<bool>("--once") { Description = "Build, stage and swap once, and end" };
        var command = new Command("dev", "Work on a plugin: build, stage, swap and reload the page with each change") { folder, data, build, with, noPage, port, once };
        return runner.Bind(command, (context, cancellationToken) => DevRun.RunAsync(
            context,
            new DevOptions(
                context.Get(folder) ?? new DirectoryInfo(Environment.CurrentDirectory), context.Get(data), context.Get(build), context.Get(with) ?? [],
                HasPage: !context.Get(noPage), context.Get(port), context.Get(once)),
            cancellationToken));
    }
}
