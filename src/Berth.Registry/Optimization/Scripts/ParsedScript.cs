using Acornima;
using Acornima.Ast;

namespace Berth.Registry.Optimization.Scripts;

/// <summary>A JavaScript file that was understood.</summary>
/// <param name="Text">The file's text.</param>
/// <param name="Program">Its syntax tree.</param>
/// <param name="IsModule">Whether it has <c>import</c> or <c>export</c> and is therefore an ES module.</param>
/// <param name="Comments">Its real comments, in order: what looks like one inside a string or template is none.</param>
internal sealed record ParsedScript(string Text, Acornima.Ast.Program Program, bool IsModule, IReadOnlyList<Comment> Comments)
{
    // A tree takes some fifty times the text's memory.
    private const int MostCharacters = 8 * 1024 * 1024;
    private static readonly ParserOptions Options = new();

    /// <summary>Reads a file as a classic script, or else as a module; <see langword="null"/> when it is neither or too large to judge.</summary>
    public static ParsedScript? Read(string text) => text.Length > MostCharacters ? null : Read(text, asModule: false) ?? Read(text, asModule: true);

    /// <summary>Every node of the tree.</summary>
    public IEnumerable<Node> Nodes() => Program.DescendantNodesAndSelf();

    private static ParsedScript? Read(string text, bool asModule)
    {
        var comments = new List<Comment>();
        var parser = new Parser(Options with { OnComment = (in Comment comment) => comments.Add(comment) });
        try
        {
            return asModule
                ? new ParsedScript(text, parser.ParseModule(text), true, comments)
                : new ParsedScript(text, parser.ParseScript(text), false, comments);
        }
        catch (ParseErrorException)
        {
            return null;
        }
        catch (InsufficientExecutionStackException)
        {
            return null; // nested deeper than any person or bundler writes
        }
    }
}
