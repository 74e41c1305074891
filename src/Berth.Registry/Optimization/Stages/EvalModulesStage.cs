using System.Text;
using Berth.Registry.Optimization.Scripts;

namespace Berth.Registry.Optimization.Stages;

/// <summary>Turns the <c>eval("…")</c> modules of webpack's development builds back into code, so that pages need no <c>unsafe-eval</c>.</summary>
internal sealed class EvalModulesStage : IOptimizationStage
{
    public string Name => "eval_modules";

    public bool IsWanted(Workbench bench) => bench.Kind == FrontEndKind.Webpack;

    public Task RunAsync(Workbench bench, CancellationToken cancellationToken)
    {
        foreach (var path in bench.Scripts())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (bench.TextOf(path) is not { } text || !text.Contains("eval(", StringComparison.Ordinal)
                || ParsedScript.Read(text) is not { IsModule: false } script || EvalModules.Unfold(script) is not var (unfolded, _))
            {
                continue;
            }

            bench.ProposeScript(path, Encoding.UTF8.GetBytes(Tidied(unfolded, bench.Options.RemoveSourceMaps)), mayGrow: true);
        }

        return Task.CompletedTask;
    }

    /// <summary>The modules brought comments for debuggers along, which nothing asks for any more.</summary>
    private static string Tidied(string text, bool withoutMaps)
    {
        if (withoutMaps && ParsedScript.Read(text) is { } script && BuildComments.WithoutMaps(script) is { } unmapped)
            text = unmapped;
        return ParsedScript.Read(text) is { } withBanners && BuildComments.WithoutBanners(withBanners) is { } plain ? plain : text;
    }
}
