//! Reading what a function takes.

use syn::{FnArg, GenericArgument, PathArguments, Signature, Type};

/// Paths of the parameters' types that have a type argument, such as `Authorized<ContentWrite>`. One inside an
/// `Option` or a tuple is not a parameter's type.
pub(super) fn scoped_parameters(signature: &Signature) -> impl Iterator<Item = &syn::Path> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => match &*parameter.ty {
            Type::Path(path)
                if path
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| has_type(&last.arguments)) =>
            {
                Some(&path.path)
            }
            _ => None,
        },
        FnArg::Receiver(_) => None,
    })
}

fn has_type(arguments: &PathArguments) -> bool {
    let PathArguments::AngleBracketed(arguments) = arguments else {
        return false;
    };
    let is_type = |argument: &GenericArgument| matches!(argument, GenericArgument::Type(kind) if !matches!(kind, Type::Infer(_)));
    arguments.args.iter().any(is_type)
}
