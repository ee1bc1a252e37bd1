import { useState } from 'react';
import { asProblem, fieldErrors, type Problem } from '@/api/problem';

interface FormLike {
  getValues: () => object;
  setErrors: (errors: Record<string, string>) => void;
}

/**
 * Shows a failed write in its form: errors of fields the form has go to the fields, all else is `problem`.
 * Use it with `meta: { handlesError: true }` on the mutation.
 */
export function useFormProblem(form: FormLike) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const fail = (thrown: unknown) => {
    const failed = asProblem(thrown);
    const errors = fieldErrors(failed);
    const names = Object.keys(errors);
    const values = form.getValues();
    form.setErrors(errors);
    const allShown = names.length > 0 && names.every((name) => (name.split('.')[0] ?? '') in values);
    setProblem(allShown ? null : failed);
  };
  return { problem, fail, clear: () => setProblem(null) };
}
