using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Berth.Sdk.Analyzers.Rules;

/// <summary>BERTH019: a socket that waits for somebody, and that nobody closes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SocketAnalyzer() : UnloadAnalyzer(
    "BERTH019",
    "A socket is never closed",
    "An open {0} with a pending operation keeps this plugin in memory, and its port, after the unload. Stop or dispose it in StopAsync or Dispose.")
{
    private static readonly string[] Types = ["System.Net.Sockets.Socket", "System.Net.Sockets.TcpListener", "System.Net.Sockets.UdpClient", "System.Net.HttpListener"];

    private protected override void Register(AnalysisContext context) => context.RegisterOperationAction(Look, OperationKind.ObjectCreation);

    private void Look(OperationAnalysisContext context)
    {
        if (Array.Exists(Types, name => Framework.Is(context.Operation.Type, name))
            && !Lifetime.IsEnded(context.Operation.Syntax, context.ContainingSymbol, "Dispose", "Close", "Stop"))
        {
            context.ReportDiagnostic(Found(context.Operation.Syntax, context.Operation.Type!.Name));
        }
    }
}
