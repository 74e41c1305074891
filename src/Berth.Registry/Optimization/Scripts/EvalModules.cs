using Acornima.Ast;

namespace Berth.Registry.Optimization.Scripts;

/// <summary>
/// Turns the modules of webpack's development builds back into code: a function whose whole body is
/// <c>eval("…")</c> (or <c>eval(require.ts("…"))</c>) gets the text as its body. Such a call runs in the scope of its
/// function, as the body itself does, so nothing changes but that no <c>unsafe-eval</c> is needed.
/// </summary>
internal static class EvalModules
{
    /// <summary>The text with its modules as code, and how many there were; <see langword="null"/> when there are none.</summary>
    public static (string Text, int Count)? Unfold(ParsedScript script)
    {
        var edits = new TextEdits(script.Text);
        foreach (var body in script.Nodes().OfType<FunctionBody>())
        {
            // A text that does not stand alone as a body stays in its eval; so does one with something beside it.
            if (CodeOf(body) is { } code && ParsedBody(code) is { } parsed)
                edits.Replace(body.Start, body.End, BodyOf(code, ((Script)parsed.Program).Strict));
        }

        return edits.IsEmpty ? null : (edits.Apply(), edits.Count);
    }

    /// <summary>The script inside a function's body that is nothing but an eval of a constant text.</summary>
    public static ParsedScript? Inside(FunctionBody body) => CodeOf(body) is { } code ? ParsedBody(code) : null;

    /// <summary>In a block of its own, where its names may be those of the parameters, as in an eval.</summary>
    private static string BodyOf(string code, bool isStrict) => $"{{{(isStrict ? "\"use strict\";" : "")}{{\n{code}\n}}}}";

    private static string? CodeOf(FunctionBody body) =>
        body.Body.Count == 1
        && body.Body[0] is NonSpecialExpressionStatement { Expression: CallExpression { Callee: Identifier { Name: "eval" }, Optional: false } call }
        && call.Arguments.Count == 1
            ? TextOf(call.Arguments[0])
            : null;

    private static string? TextOf(Expression argument) => argument switch
    {
        StringLiteral literal => literal.Value,
        // The policy for trusted types that newer builds put around it.
        CallExpression { Callee: MemberExpression { Computed: false, Property: Identifier { Name: "ts" } } } trusted
            when trusted.Arguments.Count == 1 && trusted.Arguments[0] is StringLiteral literal => literal.Value,
        _ => null,
    };

    /// <summary>Parsed as eval parses: no <c>return</c>, no <c>import</c>, and complete in itself.</summary>
    private static ParsedScript? ParsedBody(string code) => ParsedScript.Read(code) is { IsModule: false } parsed ? parsed : null;
}
