using Acornima.Ast;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>Names of one scope and what is known of their values.</summary>
internal sealed class ScriptScope(ScriptScope? parent, bool isFunction)
{
    private readonly Dictionary<string, Binding> _names = new(StringComparer.Ordinal);

    public ScriptScope? Parent => parent;

    public bool IsFunction => isFunction;

    /// <summary>The scope where <c>var</c> goes.</summary>
    public ScriptScope Function => isFunction || parent is null ? this : parent.Function;

    public Binding Declare(string name)
    {
        if (!_names.TryGetValue(name, out var binding))
            _names[name] = binding = new Binding();
        return binding;
    }

    /// <summary>The binding of a name, or <see langword="null"/> for a global.</summary>
    public Binding? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._names.TryGetValue(name, out var binding))
                return binding;
        }

        return null;
    }
}

/// <summary>A name that code declares.</summary>
internal sealed class Binding
{
    private const int MaxValues = 8;
    private readonly List<(Node Value, ScriptScope Scope, string? Member)> _values = [];

    /// <summary>Expressions that it was given; with a member, that member of the expression.</summary>
    public IReadOnlyList<(Node Value, ScriptScope Scope, string? Member)> Values => _values;

    /// <summary>Whether it was also given something that no expression stands for: a parameter, a loop's variable.</summary>
    public bool IsOpen { get; private set; }

    public void Give(Node? value, ScriptScope scope, string? member = null)
    {
        if (value is null || _values.Count >= MaxValues)
            IsOpen = true;
        else
            _values.Add((value, scope, member));
    }
}
