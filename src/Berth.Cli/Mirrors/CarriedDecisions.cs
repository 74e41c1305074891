using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Packaging.Carrying;

namespace Berth.Cli.Mirrors;

/// <summary>Takes over at a registry what the source decided of a version, and takes back what the mirror brought and the source has lifted.</summary>
internal sealed class CarriedDecisions(ApiConnection registry, MirroredVersion version, MirrorMemory memory, CarriedTrust trust)
{
    private readonly List<string> _left = [];

    /// <summary>Returns what could not be taken over, in a sentence.</summary>
    public async Task<string?> CarryAsync(CancellationToken cancellationToken)
    {
        if (await registry.FindVersionAsync(version, cancellationToken) is { } known)
        {
            await CarryYankAsync(known, cancellationToken);
            await CarryWarningAsync(known, cancellationToken);
            if (await trust.CarryAsync(version, known, cancellationToken) is { } left)
            {
                _left.Add(left);
            }
        }

        return _left.Count == 0 ? null : $"{version.Slug} {version.Version}: {string.Join(" and ", _left)} could not be taken over.";
    }

    private async Task CarryYankAsync(MirroredVersion known, CancellationToken cancellationToken)
    {
        switch (CarriedMarks.Yank(ReasonOf(version), ReasonOf(known), memory.Yank))
        {
            case CarryStep.Put when await TryAsync(HttpMethod.Post, PathOf("yank"), new { reason = ReasonOf(version) }, "its yank", cancellationToken):
                memory.Yanked(ReasonOf(version));
                break;
            case CarryStep.TakeBack when await TryAsync(HttpMethod.Post, PathOf("unyank"), new { }, "that it is not yanked any more", cancellationToken):
            case CarryStep.Forget:
                memory.Yanked(null);
                break;
        }
    }

    private async Task CarryWarningAsync(MirroredVersion known, CancellationToken cancellationToken)
    {
        switch (CarriedMarks.Warning(Of(version.Deprecation), Of(known.Deprecation), memory.Warning))
        {
            case CarryStep.Put:
                await WarnAsync(version.Deprecation!, known, cancellationToken);
                break;
            case CarryStep.TakeBack when await TryAsync(HttpMethod.Post, PathOf("deprecate"), new { message = "" }, "that there is no warning any more", cancellationToken):
            case CarryStep.Forget:
                memory.Warned(null);
                break;
        }
    }

    private async Task WarnAsync(MirroredWarning warning, MirroredVersion known, CancellationToken cancellationToken)
    {
        try
        {
            await registry.SendAsync(
                HttpMethod.Post, PathOf("deprecate"), new { message = warning.Message, successor = warning.Successor, successor_version = warning.SuccessorVersion }, cancellationToken);
            memory.Warned(warning.Message);
        }
        catch (CommandFailedException problem) when (problem.Exit is not ExitCode.Unreachable)
        {
            // A successor that is not there yet: the warning is worth something without it.
            _left.Add($"{(warning.Successor is null ? "its warning" : $"the successor '{warning.Successor}' of its warning")} ({problem.Message})");
            if (warning.Successor is not null && known.Deprecation?.Message != warning.Message
                && await TryAsync(HttpMethod.Post, PathOf("deprecate"), new { message = warning.Message }, "its warning", cancellationToken))
            {
                memory.Warned(warning.Message);
            }
        }
    }

    private async Task<bool> TryAsync(HttpMethod method, string path, object body, string what, CancellationToken cancellationToken)
    {
        try
        {
            await registry.SendAsync(method, path, body, cancellationToken);
            return true;
        }
        catch (CommandFailedException problem) when (problem.Exit is not ExitCode.Unreachable)
        {
            _left.Add($"{what} ({problem.Message})");
            return false;
        }
    }

    private string PathOf(string action) => $"{RegistryApi.PathOf(version.Slug, version.Version)}/{action}";

    private static string? ReasonOf(MirroredVersion version) => version.Yanked ? version.YankReason ?? CarriedMarks.NoReason : null;

    private static CarriedWarning? Of(MirroredWarning? warning) => warning is null ? null : new CarriedWarning(warning.Message, warning.Successor, warning.At);
}
