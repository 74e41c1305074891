using System.Text.Encodings.Web;
using Markdig;
using Markdig.Renderers;

namespace Berth.Registry.Texts;

/// <summary>
/// Markdown of strangers as HTML. Raw HTML is shown as text; links lead to web pages and mail addresses only; nothing gets an id,
/// a style or an attribute of the author's. What is nested too deeply, takes too long or grows too much is shown as it was
/// written.
/// </summary>
internal static class SafeMarkdown
{
    private const int MaxCharacters = 512 * 1024;
    private const int MaxGrowth = 8;

    // The library compares the marks of a paragraph with each other: a hundred thousand of them would take minutes.
    private const int MaxMarks = 4_000;
    private const string Marks = "[]()*_`<>|~&\\!@#+-";
    private static readonly TimeSpan LongestRender = TimeSpan.FromSeconds(2);

    // A text that takes too long goes on in its thread; no more than this many can.
    private static readonly SemaphoreSlim Rendering = new(Math.Max(1, Environment.ProcessorCount / 2));

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UsePipeTables()
        .UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough)
        .UseTaskLists()
        .UseAutoLinks()
        .Build();

    /// <summary>The text as an HTML fragment.</summary>
    public static Task<string> RenderAsync(string markdown, CancellationToken cancellationToken = default) => RenderAsync(markdown, LongestRender, cancellationToken);

    internal static async Task<string> RenderAsync(string markdown, TimeSpan longest, CancellationToken cancellationToken = default)
    {
        if (markdown.Length > MaxCharacters || HasTooManyMarks(markdown))
            return AsWritten(markdown);
        if (!await Rendering.WaitAsync(longest, cancellationToken))
            return AsWritten(markdown);
        var work = Task.Run(() => Render(markdown), CancellationToken.None);
        _ = work.ContinueWith(_ => Rendering.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            return await work.WaitAsync(longest, cancellationToken);
        }
        catch (TimeoutException)
        {
            return AsWritten(markdown);
        }
    }

    private static bool HasTooManyMarks(string markdown)
    {
        var marks = 0;
        foreach (var line in markdown.AsSpan().EnumerateLines())
        {
            if (line.IsWhiteSpace())
                marks = 0;
            foreach (var c in line)
            {
                if (Marks.Contains(c, StringComparison.Ordinal) && ++marks > MaxMarks)
                    return true;
            }
        }

        return false;
    }

    private static string Render(string markdown)
    {
        try
        {
            var document = Markdown.Parse(markdown, Pipeline);
            SafeLinks.Apply(document);
            using var output = new StringWriter();
            var renderer = new HtmlRenderer(output);
            Pipeline.Setup(renderer);
            renderer.Render(document);
            var html = output.ToString();
            return html.Length <= 4_096 + ((long)markdown.Length * MaxGrowth) ? html : AsWritten(markdown);
        }
        catch (ArgumentException)
        {
            // Nested more deeply than the library goes.
            return AsWritten(markdown);
        }
    }

    private static string AsWritten(string markdown) => $"<pre>{HtmlEncoder.Default.Encode(markdown)}</pre>\n";
}
