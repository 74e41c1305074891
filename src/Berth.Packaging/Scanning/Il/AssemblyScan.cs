using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Berth.Packaging.Scanning.Il;

/// <summary>One managed assembly: its methods, what they call, its texts, its attributes and its resources.</summary>
internal sealed class AssemblyScan(string path, PEReader pe, MetadataReader metadata, ScanTask task)
{
    private readonly FilePosition _at = new(path);
    private readonly Dictionary<(string Type, string Member), Call> _calls = [];
    private readonly HashSet<EntityHandle> _seen = [];
    private readonly HashSet<string> _pointers = [];
    private readonly List<(string Text, string Where)> _typeTexts = [];
    private bool _isReflective;
    private int _steps;

    public void Run()
    {
        foreach (var handle in metadata.TypeDefinitions)
            ReadType(metadata.GetTypeDefinition(handle), TypeNames.Of(metadata, handle));
        ReadLoneReferences();
        ReadAttributes();
        Report();
        ReadResources();
    }

    private void ReadType(TypeDefinition type, string name)
    {
        Step();
        foreach (var handle in type.GetMethods())
        {
            Step();
            var method = metadata.GetMethodDefinition(handle);
            var methodName = metadata.GetString(method.Name);
            var where = $"{name}.{methodName}";
            if (name == "<Module>" && methodName == ".cctor")
                task.Add(IlCodes.ModuleInitializer.At(_at, "The assembly has a module initializer: code that runs as soon as it is loaded, before the plugin starts."));
            if (method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
                ReadImport(method, where);
            else if ((method.ImplAttributes & MethodImplAttributes.CodeTypeMask) is MethodImplAttributes.Native or MethodImplAttributes.OPTIL)
                task.Add(IlCodes.MixedMode.At(_at, $"{where} is native code."));
            else if (method.RelativeVirtualAddress != 0)
                ReadBody(method, where);

            if (method.DecodeSignature(TypeNames.Instance, null) is var signature && (signature.ReturnType.HasPointer || signature.ParameterTypes.Any(parameter => parameter.HasPointer)))
                _pointers.Add(where);
        }
    }

    private void ReadImport(MethodDefinition method, string where)
    {
        var import = method.GetImport();
        var library = import.Module.IsNil ? "?" : metadata.GetString(metadata.GetModuleReference(import.Module).Name);
        var entry = import.Name.IsNil ? metadata.GetString(method.Name) : metadata.GetString(import.Name);
        task.Add(IlCodes.PInvoke.At(_at, $"{where} calls {entry} of the native library {library}."));
    }

    private void ReadBody(MethodDefinition method, string where)
    {
        var body = pe.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil && metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(TypeNames.Instance, null).Any(local => local.HasPointer))
            _pointers.Add(where);
        var il = body.GetILReader();
        while (il.RemainingBytes > 0)
        {
            Step();
            int opcode = il.ReadByte();
            if (opcode == 0xFE)
                opcode = 0x100 | il.ReadByte();
            var size = Opcodes.OperandSize(opcode);
            switch (size)
            {
                case Opcodes.Unknown:
                    // What the runtime would refuse to run; a reader that went on would read something else than is there.
                    task.Add(IlCodes.Broken.At(_at, $"{where} has an instruction that does not exist (0x{opcode:X2})."));
                    return;
                case Opcodes.Switch:
                    var targets = il.ReadInt32();
                    if (targets < 0 || targets > il.RemainingBytes / 4)
                        throw new InvalidDataException("A switch reaches beyond its method.");
                    il.Offset += 4 * targets;
                    break;
                case 4:
                    Operand(opcode, il.ReadInt32(), where);
                    break;
                default:
                    il.Offset += size;
                    break;
            }
        }
    }

    private void Operand(int opcode, int token, string where)
    {
        if (opcode == Opcodes.Calli)
        {
            task.Add(IlCodes.FunctionPointer.At(_at, $"{where} calls through a function pointer, so what it calls cannot be told."));
            return;
        }

        if (opcode == Opcodes.Ldstr)
        {
            ReadText(metadata.GetUserString(System.Reflection.Metadata.Ecma335.MetadataTokens.UserStringHandle(token & 0xFFFFFF)), where);
            return;
        }

        // Every other operand of four bytes that is a token of a member counts: ldftn, ldtoken and ldfld use it as well as call.
        if ((token >>> 24) is 0x0A or 0x2B && opcode is not (>= 0x38 and <= 0x44 or 0x20 or 0x22 or 0xDD))
            ReadMember(System.Reflection.Metadata.Ecma335.MetadataTokens.EntityHandle(token), where);
    }

    private void ReadMember(EntityHandle handle, string where)
    {
        var isGeneric = handle.Kind == HandleKind.MethodSpecification;
        if (isGeneric)
            handle = metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method;
        if (handle.Kind != HandleKind.MemberReference)
            return;
        _seen.Add(handle);
        var member = metadata.GetMemberReference((MemberReferenceHandle)handle);
        if (member.Parent.Kind is not (HandleKind.TypeReference or HandleKind.TypeSpecification))
            return;
        var type = TypeNames.Of(metadata, member.Parent);
        var name = metadata.GetString(member.Name);
        // new T() of a type parameter, and the compiler's own code for collection expressions.
        if ((isGeneric && type == "System.Activator") || (type == "System.Runtime.CompilerServices.Unsafe" && where.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal)))
            return;
        Count(type, TakesText(type, name, member) ? name + "(text)" : name, where);
    }

    // A reader of a stream is harmless and one of a path is not: the first parameter tells them apart.
    private static bool TakesText(string type, string name, MemberReference member) =>
        ((type is "System.IO.StreamReader" or "System.IO.StreamWriter" && name == ".ctor") || (type == "System.Activator" && name == "CreateInstance"))
        && member.GetKind() == MemberReferenceKind.Method
        && member.DecodeMethodSignature(TypeNames.Instance, null).ParameterTypes is [{ Name: "System.String" }, ..];

    private void Count(string type, string name, string where)
    {
        _isReflective |= type is "System.Type" or "System.Activator" || type.StartsWith("System.Reflection.", StringComparison.Ordinal);
        if (_calls.TryGetValue((type, name), out var call))
            call.Count++;
        else if (ApiTable.Find(type, name) is { } use)
            _calls[(type, name)] = new Call(use, where);
    }

    private void ReadText(string text, string where)
    {
        if (Executables.IsEncoded(text))
            task.Add(IlCodes.EncodedExecutable.At(_at, $"{where} has a program in the shape of text ({text.Length} characters)."));
        if (ApiTable.FindNamed(text) is not null)
            _typeTexts.Add((text, where));
    }

    /// <summary>Members that no instruction was seen to use: in code that could not be followed, or in attributes.</summary>
    private void ReadLoneReferences()
    {
        foreach (var handle in metadata.MemberReferences)
        {
            Step();
            if (_seen.Contains(handle))
                continue;
            var member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind is HandleKind.TypeReference or HandleKind.TypeSpecification)
                Count(TypeNames.Of(metadata, member.Parent), metadata.GetString(member.Name), "the assembly");
        }
    }

    private void ReadAttributes()
    {
        foreach (var handle in metadata.CustomAttributes)
        {
            Step();
            var attribute = metadata.GetCustomAttribute(handle);
            var type = attribute.Constructor.Kind switch
            {
                HandleKind.MemberReference => TypeNames.Of(metadata, metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent),
                HandleKind.MethodDefinition => TypeNames.Of(metadata, metadata.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).GetDeclaringType()),
                _ => "",
            };
            // The compiler honours the first by its name alone, so an assembly brings a definition of its own.
            if (type == "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute")
                task.Add(IlCodes.AccessChecks.At(_at, "The assembly switches off the access checks for another one."));
            else if (type == "System.Runtime.CompilerServices.UnsafeAccessorAttribute")
                task.Add(IlCodes.PrivateAccess.At(_at, "The assembly reaches private members of others through UnsafeAccessor."));
        }
    }

    private void Report()
    {
        foreach (var ((type, member), call) in _calls)
        {
            var more = call.Count > 1 ? $" ({call.Count} places)" : "";
            if (call.Use.Code is { } code)
            {
                task.Add(code.At(_at, $"{call.Where} uses {type}.{member}{more}.", call.Use.Severity));
            }
            else if (!call.Use.AnyOf.Any(task.Declared.Contains))
            {
                task.Add(IlCodes.UndeclaredCapability.At(
                    _at, $"{call.Where} uses {type}.{member}{more}, which needs the capability {call.Use.AnyOf[0]}; the manifest does not declare it.", call.Use.UndeclaredSeverity, call.Use.AnyOf[0]));
            }
        }

        foreach (var (text, where) in _typeTexts.Where(_ => _isReflective))
        {
            var use = ApiTable.FindNamed(text)!;
            if (use.Code is not null || !use.AnyOf.Any(task.Declared.Contains))
                task.Add(IlCodes.HiddenReference.At(_at, $"{where} names {Shown(text)} in a text, and the assembly uses reflection: so a type is reached without a reference to it.", capability: use.AnyOf is [var first, ..] ? first : null));
        }

        foreach (var where in _pointers.Take(task.Limits.MaxFindingsPerCode))
            task.Add(IlCodes.UnsafeCode.At(_at, $"{where} works with pointers."));
    }

    private void ReadResources()
    {
        if (pe.PEHeaders.CorHeader is not { } header || header.ResourcesDirectory.Size == 0)
            return;
        var section = pe.GetSectionData(header.ResourcesDirectory.RelativeVirtualAddress);
        foreach (var handle in metadata.ManifestResources)
        {
            Step();
            var resource = metadata.GetManifestResource(handle);
            if (!resource.Implementation.IsNil || resource.Offset < 0 || resource.Offset > section.Length - 4)
                continue;
            var name = metadata.GetString(resource.Name);
            var reader = section.GetReader((int)resource.Offset, section.Length - (int)resource.Offset);
            var length = reader.ReadInt32();
            if (length < 0 || length > reader.RemainingBytes)
                continue;
            ImmutableArray<byte> start = [.. reader.ReadBytes(Math.Min(length, 8))];
            // Costura and its like: what is a program once inflated. A program as it is, is found by its first bytes.
            if (name.EndsWith(".dll.compressed", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".exe.compressed", StringComparison.OrdinalIgnoreCase) || (name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && !start.AsSpan().StartsWith("MZ"u8)))
                task.Add(IlCodes.EmbeddedExecutable.At(_at, $"The embedded resource {Shown(name)} is a packed assembly."));
        }
    }

    private static string Shown(string text) => new([.. text.Take(120).Where(character => character is >= ' ' and < (char)0x7F)]);

    private void Step()
    {
        task.Step();
        if (++_steps > task.Limits.MaxAssemblySteps)
            throw new ScanBudgetException();
    }

    private sealed class Call(ApiUse use, string where)
    {
        public ApiUse Use => use;

        public string Where => where;

        public int Count { get; set; } = 1;
    }
}
