using System.CommandLine;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth completion bash|zsh|fish|pwsh</c>: a script that asks <c>berth "[suggest:N]"</c> at every Tab.</summary>
internal static class CompletionCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var shell = new Argument<string>("shell") { Description = "Your shell" };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        return runner.Bind(new Command("completion", "Print the script that completes berth in your shell") { shell }, (context, _) =>
        {
            var name = context.Get(shell)!;
            if (context.Report.IsJson)
            {
                context.Report.Json(new CompletionOutput(name, Scripts[name]));
            }
            else
            {
                context.Terminal.Out.Write(Scripts[name]);
            }

            return Task.FromResult(ExitCode.Done);
        });
    }

    private sealed record CompletionOutput(string Shell, string Script) : JsonOutput;

    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # berth completion for bash. Load it now: source <(berth completion bash)
            _berth_complete() {
              local line="${COMP_LINE:0:COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}"
              COMPREPLY=()
              while IFS= read -r suggestion; do
                [[ -n "$suggestion" && "$suggestion" == "$word"* ]] && COMPREPLY+=("$suggestion")
              done < <(berth "[suggest:${#line}]" "$line" 2>/dev/null)
            }
            complete -o default -F _berth_complete berth

            """,
        ["zsh"] = """
            #compdef berth
            # berth completion for zsh. Load it now: source <(berth completion zsh)
            _berth_complete() {
              local line="${BUFFER[1,CURSOR]}"
              local -a suggestions
              suggestions=("${(@f)$(berth "[suggest:${#line}]" "$line" 2>/dev/null)}")
              suggestions=(${suggestions:#})
              if (( ${#suggestions} )); then compadd -a suggestions; else _files; fi
            }
            compdef _berth_complete berth

            """,
        ["fish"] = """
            # berth completion for fish. Load it now: berth completion fish | source
            function __berth_complete
              set -l line (commandline -cp)
              berth "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c berth -a '(__berth_complete)'

            """,
        ["pwsh"] = """
            # berth completion for PowerShell. Load it now: berth completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName berth -ScriptBlock {
              param($wordToComplete, $commandAst, $cursorPosition)
              $line = $commandAst.ToString()
              if ($line.Length -lt $cursorPosition) { $line = $line.PadRight($cursorPosition) }
              $line = $line.Substring(0, $cursorPosition)
              berth "[suggest:$cursorPosition]" $line 2>$null | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
              }
            }

            """,
    };
}
