using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Berth.Sdk.Analyzers;

/// <summary>
/// One thing that keeps a plugin's version in memory after its unload. Each rule is told by one diagnostic, a warning, that
/// says what to do instead; <c>docs/analyzer.md</c> has a section for each.
/// </summary>
public abstract class UnloadAnalyzer : DiagnosticAnalyzer
{
    private readonly DiagnosticDescriptor _rule;

    private protected UnloadAnalyzer(string id, string title, string message)
    {
        _rule = new DiagnosticDescriptor(
            id, title, message, "Berth.Unloading", DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: $"docs/analyzer.md#{id.ToLowerInvariant()}");
        SupportedDiagnostics = [_rule];
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        Register(context);
    }

    private protected abstract void Register(AnalysisContext context);

    private protected Diagnostic Found(SyntaxNode where, params object[] what) => Diagnostic.Create(_rule, where.GetLocation(), what);

    private protected Diagnostic Found(Location where, params object[] what) => Diagnostic.Create(_rule, where, what);
}
