using System.CommandLine;
using Berth.Cli.Demo;

namespace Berth.Cli.Commands;

/// <summary><c>berth demo</c>: the whole story, told by itself against a server of its own.</summary>
internal static class DemoCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var users = new Option<int>("--users") { Description = "How many more users install", DefaultValueFactory = _ => 1000, HelpName = "n" };
        users.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 2 or > 100_000)
            {
                result.AddError("--users takes 2 to 100000.");
            }
        });
        var packages = new Option<DirectoryInfo?>("--packages") { Description = "The folder with the sample packages [default: that of the source tree]", HelpName = "dir" };
        return runner.Bind(
            new Command("demo", "Tell the whole story: publish, install, serve, update, roll back, a thousand users") { users, packages },
            (context, cancellationToken) => DemoRun.RunAsync(context, context.Get(users), context.Get(packages), cancellationToken));
    }
}
