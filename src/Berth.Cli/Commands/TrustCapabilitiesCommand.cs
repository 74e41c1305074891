using System.CommandLine;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth trust capabilities [NAME]</c>: what a plugin may declare, what it gives, and what enforces it at each isolation level.</summary>
internal static class TrustCapabilitiesCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var name = new Argument<string?>("name") { Description = "One of them, with every isolation level", Arity = ArgumentArity.ZeroOrOne };
        return runner.Bind(new Command("capabilities", "What plugins may declare, and what enforces it") { name }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var all = (await context.Report.WatchAsync("Asking", registry.GetAsync<CapabilityList>("/api/v1/trust/capabilities", cancellationToken))).Capabilities;
            if (context.Get(name) is not { } wanted)
            {
                context.Report.Table(
                    new CapabilitiesOutput(all), ["CAPABILITY", "RISK", "NONE", "PROCESS", "SANDBOX", "CONTAINER", "VM"],
                    [.. all.Select(one => (IReadOnlyList<string>)[one.Name, one.Risk, .. Levels.Select(level => At(one, level))])]);
                return ExitCode.Done;
            }

            var found = all.FirstOrDefault(one => string.Equals(one.Name, wanted, StringComparison.Ordinal))
                ?? throw new CommandFailedException(ExitCode.NotFound, "client.capability.unknown", $"There is no capability \"{wanted}\".", "List them with: berth trust capabilities");
            context.Report.Data(new CapabilitiesOutput([found]), Lines(found));
            return ExitCode.Done;
        });
    }

    private static readonly string[] Levels = ["none", "process", "sandbox", "container", "vm"];

    private static string At(CapabilityDetail capability, string level) =>
        string.Join(',', (capability.Enforcement ?? []).FirstOrDefault(one => one.Level == level)?.By ?? []);

    private static IEnumerable<string> Lines(CapabilityDetail one) =>
    [
        $"{one.Name} (risk {one.Risk}): {one.Description}",
        .. one.Gives is null ? (string[])[] : [$"gives: {one.Gives}"],
        .. (one.Enforcement ?? []).Select(level => $"{level.Level}: {string.Join(", ", level.By)}{(level.Note is null ? "" : $". {level.Note}")}"),
    ];

    private sealed record CapabilityList(IReadOnlyList<CapabilityDetail> Capabilities);

    private sealed record CapabilityDetail(string Name, string Risk, string? Description, string? Gives, IReadOnlyList<LevelDetail>? Enforcement);

    private sealed record LevelDetail(string Level, IReadOnlyList<string> By, string? Note);

    private sealed record CapabilitiesOutput(IReadOnlyList<CapabilityDetail> Capabilities) : JsonOutput;
}
