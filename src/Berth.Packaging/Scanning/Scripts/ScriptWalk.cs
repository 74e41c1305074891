using Acornima;
using Acornima.Ast;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>Walks over a program, without recursion, and puts the rules to every node.</summary>
internal sealed class ScriptWalk
{
    private static readonly Dictionary<string, (FindingCode Code, string What)> References = new(StringComparer.Ordinal)
    {
        ["localStorage"] = (ScriptCodes.Storage, "keeps data in the browser (localStorage)"),
        ["sessionStorage"] = (ScriptCodes.Storage, "keeps data in the browser (sessionStorage)"),
        ["indexedDB"] = (ScriptCodes.Storage, "keeps data in the browser (indexedDB)"),
        ["caches"] = (ScriptCodes.Storage, "keeps data in the browser (caches)"),
        ["document.cookie"] = (ScriptCodes.Cookies, "uses cookies"),
        ["cookieStore"] = (ScriptCodes.Cookies, "uses cookies"),
        ["navigator.bluetooth"] = (ScriptCodes.Device, "uses Bluetooth devices"),
        ["navigator.usb"] = (ScriptCodes.Device, "uses USB devices"),
        ["navigator.serial"] = (ScriptCodes.Device, "uses serial ports"),
        ["navigator.hid"] = (ScriptCodes.Device, "uses input devices"),
        ["ethereum"] = (ScriptCodes.Wallet, "speaks to a wallet (ethereum)"),
        ["solana"] = (ScriptCodes.Wallet, "speaks to a wallet (solana)"),
        ["tronWeb"] = (ScriptCodes.Wallet, "speaks to a wallet (tronWeb)"),
    };

    private static readonly HashSet<string> Watched = new(References.Keys.Select(path => path[(path.LastIndexOf('.') + 1)..]).Concat(["eval", "Function", "execScript"]), StringComparer.Ordinal);
    private readonly ScriptSource _source;
    private readonly ScriptTraits _traits;
    private readonly ScanTask _task;
    private readonly ScriptScopes _scopes;
    private readonly ConstantFolding _constants;
    private readonly ScriptPaths _paths;
    private readonly ScriptCalls _calls;
    private readonly ScriptTexts _texts;
    private readonly ScriptAssignments _assignments;

    public ScriptWalk(ScriptSource source, ScriptTraits traits, ScanTask task, Action<ScriptSource> readInner, Action<string, FilePosition> readHtml)
    {
        (_source, _traits, _task) = (source, traits, task);
        _scopes = new ScriptScopes(task);
        _constants = new ConstantFolding(task);
        _paths = new ScriptPaths(_constants, task);
        _calls = new ScriptCalls(source, traits, _constants, task, readInner);
        _texts = new ScriptTexts(traits, task);
        _assignments = new ScriptAssignments(source, traits, _constants, task, readInner, readHtml);
    }

    public void Run(Program program)
    {
        var top = _scopes.Read(program);
        var open = new Stack<(Node Node, Node? Parent, ScriptScope Scope)>();
        open.Push((program, null, top));
        while (open.TryPop(out var item))
        {
            _task.Step();
            var scope = _scopes.Inside(item.Node) ?? item.Scope;
            Look(item.Node, item.Parent, scope);
            foreach (var child in item.Node.ChildNodes)
                open.Push((child, item.Node, scope));
        }
    }

    private void Look(Node node, Node? parent, ScriptScope scope)
    {
        switch (node)
        {
            case CallExpression call:
                if (_paths.Of(call.Callee, scope) is { } called)
                    _calls.Look(called, call.Callee, [.. call.Arguments], scope, At(node));
                _assignments.Method(call, scope, At(node));
                break;
            case NewExpression made:
                if (_paths.Of(made.Callee, scope) is { } constructed)
                    _calls.Look(constructed, made.Callee, [.. made.Arguments], scope, At(node));
                break;
            case ImportExpression import:
                _calls.Import(import.Source, scope, At(node));
                break;
            case ImportDeclaration import:
                _calls.Import(import.Source, scope, At(node));
                break;
            case ExportAllDeclaration export:
                _calls.Import(export.Source, scope, At(node));
                break;
            case ExportNamedDeclaration { Source: { } from }:
                _calls.Import(from, scope, At(node));
                break;
            case AssignmentExpression assignment:
                _assignments.Look(assignment, _paths.Of(assignment.Left, scope), scope, At(node));
                break;
            case StringLiteral text:
                _texts.Look(text.Value, At(node));
                break;
            case TemplateElement { Value.Cooked: { } text }:
                _texts.Look(text, At(node));
                break;
            case NonLogicalBinaryExpression { Operator: Operator.Addition } when parent is not NonLogicalBinaryExpression { Operator: Operator.Addition }:
                if (_constants.Text(node, scope) is { } sum)
                    _texts.Look(sum, At(node));
                break;
            case Identifier name when IsReference(name, parent) && scope.Find(name.Name) is null:
                Reference(name.Name, node, parent);
                break;
            case MemberExpression member:
                Member(member, parent, scope);
                break;
        }
    }

    private void Member(MemberExpression member, Node? parent, ScriptScope scope)
    {
        if (member is { Computed: false, Property: Identifier name } && !Watched.Contains(name.Name))
            return;
        if (member is { Computed: true, Property: NumericLiteral })
            return;
        if (_paths.Of(member, scope) is not { } path)
            return;
        if (path == "?")
            _task.Add(ScriptCodes.ComputedGlobal.At(At(member), "The script uses a global whose name it computes."));
        Reference(path, member, parent);
    }

    private void Reference(string path, Node node, Node? parent)
    {
        if (path is "eval" or "Function" or "execScript")
        {
            if (!IsHarmless(path, node, parent))
                _task.Add(ScriptCodes.EvalAlias.At(At(node), $"The script passes {path} on under another name.", path == "Function" ? Severity.Medium : null));
        }
        else if (References.TryGetValue(path, out var known))
        {
            _task.Add(known.Code.At(At(node), $"The script {known.What}."));
            if (path == "document.cookie" && !(parent is AssignmentExpression assignment && assignment.Left == node))
                _traits.Cookies ??= At(node);
        }
    }

    /// <summary>Called (which the rules of calls judge), asked for its type, compared, or only a member of it used.</summary>
    private static bool IsHarmless(string path, Node node, Node? parent) => parent switch
    {
        CallExpression call => call.Callee == node,
        NewExpression made => made.Callee == node,
        UnaryExpression { Operator: Operator.TypeOf } => true,
        MemberExpression member => member.Object == node && (path == "Function" || member.Property is Identifier { Name: "call" or "apply" or "bind" }),
        BinaryExpression { Operator: Operator.InstanceOf or Operator.Equality or Operator.StrictEquality or Operator.Inequality or Operator.StrictInequality } => true,
        SequenceExpression => path == "eval" ? false : true,
        _ => false,
    };

    private static bool IsReference(Identifier name, Node? parent) => parent switch
    {
        MemberExpression { Computed: false } member => member.Property != name,
        Property { Computed: false, Shorthand: false } property => property.Key != name,
        MethodDefinition { Computed: false } method => method.Key != name,
        PropertyDefinition { Computed: false } property => property.Key != name,
        ExportSpecifier or ImportSpecifier or LabeledStatement or BreakStatement or ContinueStatement or MetaProperty => false,
        _ => true,
    };

    private FilePosition At(Node node) => _source.At(node.Location.Start.Line, node.Location.Start.Column);
}
