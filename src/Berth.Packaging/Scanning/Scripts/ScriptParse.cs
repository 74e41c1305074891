using Acornima;
using Acornima.Ast;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>Parses JavaScript with Acornima under a budget of tokens. The same text can mean two things as a script and as a module; then there are two programs.</summary>
internal static class ScriptParse
{
    /// <summary>The programs that the text can be; none when it is no JavaScript, with the reason and its place.</summary>
    public static IReadOnlyList<Program> Run(ScriptSource source, ScanTask task, out string? fault, out (int Line, int Column) at)
    {
        var programs = new List<Program>();
        (fault, at) = (null, (1, 0));
        // Only a script takes <!-- and --> for comments: a module would run what a script hides behind them.
        var isTwofold = source.Goal != ScriptGoal.Script && (source.Code.Contains("<!--", StringComparison.Ordinal) || source.Code.Contains("-->", StringComparison.Ordinal));
        foreach (var isModule in source.Goal == ScriptGoal.Module || source.Code.Contains("import.meta", StringComparison.Ordinal) ? [true, false] : (bool[])[false, true])
        {
            if (programs.Count > 0 && !isTwofold)
                break;
            if (isModule && source.Goal == ScriptGoal.Script)
                break;
            if (Parse(source.Code, isModule, task, ref fault, ref at) is { } program)
                programs.Add(program);
        }

        return programs;
    }

    private static Program? Parse(string code, bool isModule, ScanTask task, ref string? fault, ref (int Line, int Column) at)
    {
        var tokens = 0;
        var options = new ParserOptions
        {
            EcmaVersion = EcmaVersion.Latest,
            ExperimentalESFeatures = ExperimentalESFeatures.All,
            AllowHashBang = true,
            AllowReturnOutsideFunction = true,
            AllowAwaitOutsideFunction = true,
            AllowImportExportEverywhere = true,
            AllowNewTargetOutsideFunction = true,
            AllowSuperOutsideMethod = true,
            CheckPrivateFields = false,
#pragma warning disable CS0618 // Obsolete because conversion to .NET will go; not to convert is what is asked for here.
            RegExpParseMode = RegExpParseMode.Skip,
#pragma warning restore CS0618
            OnToken = (in Token _) =>
            {
                task.Step();
                if (++tokens > task.Limits.MaxScriptSteps)
                    throw new ScanBudgetException();
            },
        };
        try
        {
            var parser = new Parser(options);
            return isModule ? parser.ParseModule(code) : parser.ParseScript(code);
        }
        catch (ParseErrorException exception)
        {
            fault ??= exception.Error.Description;
            at = (exception.Error.LineNumber, exception.Error.Column);
        }
        catch (InsufficientExecutionStackException)
        {
            fault ??= "it is nested too deeply";
        }

        return null;
    }
}
