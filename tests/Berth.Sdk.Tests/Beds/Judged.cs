using Berth.Sdk.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Berth.Sdk.Tests.Beds;

/// <summary>
/// Members of a plugin, judged twice: by the rule, which has to find exactly what stands between <c>[|</c> and <c>|]</c>,
/// and by a collectible context, which has to stay or to go as the rule says.
/// </summary>
internal static class Judged<TAnalyzer>
    where TAnalyzer : UnloadAnalyzer, new()
{
    private const string Others = """
        public sealed class Note { public string Text { get; set; } = ""; }
        public interface INote { void Read(); }
        """;

    /// <summary>The rule finds it, and it really stays in memory.</summary>
    public static async Task StaysAndIsToldAsync(string members)
    {
        await IsToldAsync(members);
        (await Unloading.IsCleanAsync(Whole(Unmarked(members)), Others, rounds: 3)).ShouldBeFalse("it went away, so the rule warns of nothing");
    }

    /// <summary>The rule is silent, and it really goes.</summary>
    public static async Task GoesAndIsNotToldAsync(string members)
    {
        await IsNotToldAsync(members);
        (await Unloading.IsCleanAsync(Whole(members), Others, rounds: 20)).ShouldBeTrue("it stayed, and no rule says so");
    }

    /// <summary>The rule finds what is marked.</summary>
    public static async Task IsToldAsync(string members, params string[] more)
    {
        members.ShouldContain("[|");
        var source = Whole(members);
        var found = await FindAsync(Unmarked(source), more);
        found.Select(diagnostic => diagnostic.Location.SourceSpan).ShouldBe(MarksOf(source), string.Join(Environment.NewLine, found));
        found.ShouldAllBe(diagnostic => diagnostic.GetMessage(null).Length > 40 && diagnostic.Descriptor.HelpLinkUri.EndsWith("#" + diagnostic.Id.ToLowerInvariant()));
    }

    /// <summary>The rule finds nothing.</summary>
    public static async Task IsNotToldAsync(string members, params string[] more) => (await FindAsync(Whole(members), more)).ShouldBeEmpty();

    private static async Task<IReadOnlyList<Diagnostic>> FindAsync(string source, string[] more)
    {
        var compilation = Snippet.Compile([source, Others, .. more]);
        compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ShouldBeEmpty();
        var found = await compilation.WithAnalyzers([new TAnalyzer()], new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), (exception, _, _) => throw exception, concurrentAnalysis: false, logAnalyzerExecutionTime: false)).GetAnalyzerDiagnosticsAsync();
        return [.. found.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).ThenBy(diagnostic => diagnostic.Location.SourceSpan.End)];
    }

    private static string Whole(string members) => $"public static class Plugin {{ {members} }}";

    private static string Unmarked(string source) => source.Replace("[|", "").Replace("|]", "");

    private static List<TextSpan> MarksOf(string source)
    {
        var spans = new List<TextSpan>();
        var open = new Stack<int>();
        var length = 0;
        for (var at = 0; at < source.Length; at++)
        {
            var mark = source.AsSpan(at);
            if (mark.StartsWith("[|"))
                open.Push(length);
            else if (mark.StartsWith("|]"))
                spans.Add(TextSpan.FromBounds(open.Pop(), length));
            else
                length++;
            at += mark.StartsWith("[|") || mark.StartsWith("|]") ? 1 : 0;
        }

        return [.. spans.OrderBy(span => span.Start).ThenBy(span => span.End)];
    }
}
