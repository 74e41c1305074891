namespace Berth.Cli.Demo;
internal static class DemoRun { public static Task<Berth.Cli.Output.ExitCode> RunAsync(Berth.Cli.Commands.CommandContext c, int u, DirectoryInfo? p, CancellationToken t) => throw new InvalidOperationException($"{u} {c is null} {p} {t.IsCancellationRequested}"); }
